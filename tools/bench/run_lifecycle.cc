#include <fmt/format.h>

#include <optional>

#include "tools/bench/chart.h"
#include "tools/bench/floor_compared.h"
#include "tools/bench/lifecycle.h"
#include "tools/bench/session.h"

namespace oms::bench {
namespace {

constexpr double all_patience = 3600;
constexpr double trial_seconds = 3;
constexpr Nanos end_patience = 120 * second;
constexpr std::string_view stream_path =
    "/api/admin/orders/stream?status=waiting_payment,completed,cancelled";

void report_ends(Session& session, const Lifecycles& lifecycles, const EventFeed& feed) {
  for (const auto& [end, count] : lifecycles.ends()) {
    session.report.number(
        end, static_cast<double>(count),
        fmt::format("ended    {} {}", count_text(static_cast<double>(count)), end));
  }
  session.report.number("looked_at", static_cast<double>(lifecycles.looked()));
  session.report.number("stream_breaks", feed.breaks());
  if (feed.breaks() > 0) {
    session.report.say(fmt::format("stream   broke off {} times; {} orders were looked at",
                                   feed.breaks(), lifecycles.looked()));
  }
  if (lifecycles.under_way() > 0) {
    session.report.fault(fmt::format("{} orders have not ended", lifecycles.under_way()));
  }
}

void report_lifecycles(Session& session, const Lifecycles& lifecycles) {
  for (const auto& tally : lifecycles.tallies) {
    const bool is_whole = &tally == &lifecycles.tallies[Lifecycles::whole];
    session.report.add(tally, is_whole ? Report::Chart::both : Report::Chart::none);
  }
  const auto& whole = lifecycles.tallies[Lifecycles::whole];
  session.report.number("lifecycles_per_second", whole.sustained(),
                        fmt::format("orders   {} a second from click to the end, sustained",
                                    count_text(whole.sustained())));
  session.report_costs(session.from, session.to, static_cast<double>(whole.durations().count()),
                       "orders");
}

// One run from an idle server to an idle server.
Result<void> live(Session& session, Lifecycles& lifecycles, EventFeed& feed, bool is_all,
                  double duration) {
  if (!feed.open()) {
    return fail(ErrorKind::unavailable,
                "the operator's stream cannot be opened; is the token right?");
  }
  lifecycles.follow(feed);
  std::optional<Load> provider;
  Payers payers{lifecycles};
  if (session.pay_address) {
    provider.emplace(session.loop, *session.pay_address, session.options.connections);
    if (!provider->connect()) {
      return fail(ErrorKind::unavailable, "nobody listens at " + session.options.pay_url);
    }
    session.load.run_beside(*provider, payers);
  }
  if (is_all) {
    session.measure_all(lifecycles, all_patience);
  } else {
    session.measure(lifecycles, session.options.warm_up, duration);
  }
  lifecycles.place_no_more();
  session.load.run(lifecycles, clock_now() + end_patience);
  session.load.drain(lifecycles, clock_now() + 5 * second);
  session.load.run_alone();
  return {};
}

// So that it is known how large the server's commits are under this load.
Result<void> try_out(Session& session, const Basket& basket, const Lifecycles::Plan& plan) {
  Lifecycles lifecycles{session.target, basket, plan};
  EventFeed feed{session.loop, session.target.address, stream_path, session.target.token,
                 lifecycles};
  return live(session, lifecycles, feed, false, trial_seconds);
}

}  // namespace

Result<void> run_lifecycle(Session& session) {
  const auto& options = session.options;
  OMS_TRY(const auto basket, open_shop(session.target, options));
  OMS_CHECK(preload(session, basket, options.preload));
  const Lifecycles::Plan plan{.in_flight = options.in_flight,
                              .rate = options.rate,
                              .most = options.baskets.empty() ? SIZE_MAX : basket.size(),
                              .decline = options.decline,
                              .cancel = options.cancel,
                              .seed = options.seed,
                              .pay_host = session.pay_address ? session.pay_address->host : ""};
  FloorCompared floor{session, Until::delivered};
  if (floor.needs_trial()) OMS_CHECK(try_out(session, basket, plan));
  floor.measure("before");
  Lifecycles lifecycles{session.target, basket, plan};
  EventFeed feed{session.loop, session.target.address, stream_path, session.target.token,
                 lifecycles};
  OMS_CHECK(live(session, lifecycles, feed, !options.baskets.empty(), options.duration));
  report_lifecycles(session, lifecycles);
  report_ends(session, lifecycles, feed);
  floor.measure("after");
  floor.report(lifecycles.tallies[Lifecycles::whole].sustained());
  return {};
}

}  // namespace oms::bench
