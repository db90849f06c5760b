#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "tools/bench/chart.h"
#include "tools/bench/floor_compared.h"
#include "tools/bench/session.h"

namespace oms::bench {
namespace {

constexpr double livez_seconds = 5;
constexpr double all_patience = 600;
constexpr double trial_seconds = 3;

std::string livez_request(const Target& target) {
  return fmt::format("GET /livez HTTP/1.1\r\nHost: {}\r\n\r\n", target.address.host);
}

// What an empty answer costs on this machine at this moment: the measure for all else.
Tally measure_livez(Session& session, std::string name) {
  SameRequest livez{std::move(name), livez_request(session.target), 0};
  session.measure(livez, 1, std::min(session.options.duration, livez_seconds));
  session.load.drain(livez, clock_now() + second);
  return livez.tallies[0];
}

// So that it is known how large the server's commits are under this load.
void try_out(Session& session, const Basket& basket) {
  Placing placing{basket, {}};
  session.measure(placing, session.options.warm_up, trial_seconds);
  session.load.drain(placing, clock_now() + 10 * second);
}

// The first pages of the operator's list.
Result<std::vector<Placed>> listed_orders(const Target& target, std::size_t most) {
  std::vector<Placed> placed;
  std::string cursor;
  do {
    OMS_TRY(const auto body, ask(target, "GET", "/api/admin/orders?limit=100" + cursor));
    for (std::string_view rest = body;;) {
      constexpr std::string_view id_field = R"({"orderID":")";
      constexpr std::string_view customer_field = R"("customerID":"bench-)";
      const auto at = rest.find(id_field);
      if (at == std::string_view::npos) break;
      const auto id = quoted_after(rest, id_field);
      rest.remove_prefix(at + id_field.size());
      const auto customer = quoted_after(rest, customer_field);
      const bool is_ours = rest.find(customer_field) < rest.find(R"("items")");
      Placed order;
      if (!is_ours || id.size() != order.id.size()) continue;
      std::ranges::copy(id, order.id.begin());
      std::from_chars(customer.begin(), customer.end(), order.customer);
      placed.push_back(order);
    }
    const auto next = quoted_after(body, R"("nextCursor":")");
    cursor = next.empty() ? "" : "&cursor=" + std::string{next};
  } while (!cursor.empty() && placed.size() < most);
  return placed;
}

}  // namespace

Result<void> run_livez(Session& session) {
  SameRequest livez{"GET /livez", livez_request(session.target), session.options.rate};
  session.measure(livez, session.options.warm_up, session.options.duration);
  session.load.drain(livez, clock_now() + second);
  const auto& tally = livez.tallies[0];
  session.report.add(tally, Report::Chart::durations);
  session.report_costs(session.from, session.to, static_cast<double>(tally.durations().count()),
                       "requests");
  return {};
}

Result<void> run_intake(Session& session) {
  const auto& options = session.options;
  OMS_TRY(const auto basket, open_shop(session.target, options));
  OMS_CHECK(preload(session, basket, options.preload));
  double livez = 0;
  const auto compare = [&](std::string name) {
    if (!options.with_livez) return;
    auto tally = measure_livez(session, std::move(name));
    livez += tally.rate() / 2;
    session.report.add(std::move(tally));
  };
  FloorCompared floor{session, Until::placed};
  compare("GET /livez before");
  if (floor.needs_trial()) try_out(session, basket);
  floor.measure("before");
  const auto most = options.baskets.empty() ? SIZE_MAX : basket.size();
  Placing placing{basket, {.rate = options.rate, .most = most}};
  if (options.baskets.empty()) {
    session.measure(placing, options.warm_up, options.duration);
  } else {
    session.measure_all(placing, all_patience);
  }
  session.load.drain(placing, clock_now() + 10 * second);
  const auto from = session.from;
  const auto to = session.to;
  const auto& tally = placing.tallies[0];
  session.report.add(tally, Report::Chart::both);
  floor.measure("after");
  compare("GET /livez after");
  session.report_costs(from, to, static_cast<double>(tally.durations().count()), "orders");
  if (livez > 0 && options.rate == 0 && !is_interrupted()) {
    session.report.number(
        "ratio_to_livez", tally.rate() / livez,
        fmt::format("ratio    {:.3f} orders for each empty answer", tally.rate() / livez));
  }
  floor.report(tally.rate());
  if (placing.refused() > 0) {
    session.report.fault(fmt::format("{} orders were cancelled at once", placing.refused()));
  }
  return {};
}

Result<void> run_read(Session& session) {
  constexpr std::size_t enough = 10'000;
  const auto& options = session.options;
  std::vector<Placed> placed;
  if (options.preload > 0 || session.target.is_own) {
    OMS_TRY(const auto basket, open_shop(session.target, options));
    OMS_TRY(placed, preload(session, basket, options.preload > 0 ? options.preload : enough));
  } else {
    OMS_TRY(placed, listed_orders(session.target, enough));
  }
  if (placed.empty()) {
    return fail(ErrorKind::not_found, "there are no orders of an `oms bench`: use --preload");
  }
  Reading reading{session.target, placed, options.rate, options.seed};
  session.measure(reading, options.warm_up, options.duration);
  session.load.drain(reading, clock_now() + 10 * second);
  double count = 0;
  for (const auto& tally : reading.tallies) {
    session.report.add(tally, Report::Chart::durations);
    count += static_cast<double>(tally.durations().count());
  }
  session.report.say(fmt::format("over {} orders", count_text(static_cast<double>(placed.size()))));
  session.report_costs(session.from, session.to, count, "reads");
  return {};
}

// Many want the last few. The answers tell who got one, and so does the shelf: both must say that
// exactly as many were sold as there were.
Result<void> run_hot(Session& session) {
  const auto& options = session.options;
  const auto item = fmt::format("hot-{:x}", clock_now());
  OMS_CHECK(stock_item(session.target, item, "The last of its kind", 999,
                       static_cast<std::int64_t>(options.units)));
  Basket basket{session.target, options.customers};
  for (std::size_t i = 0; i < options.customers; ++i) basket.add({item});
  Placing placing{basket, {.rate = options.rate, .most = options.orders}};
  session.measure_all(placing, all_patience);
  const auto& tally = placing.tallies[0];
  session.report.add(tally, Report::Chart::durations);
  const auto got = tally.by_status()[201] - placing.refused();
  session.report.number(
      "got_one", static_cast<double>(got),
      fmt::format("{} of {} orders got one of the {}", got, options.orders, options.units));
  const auto expected = std::min(options.units, options.orders);
  if (got != expected) session.report.fault(fmt::format("it should have been {}", expected));
  OMS_TRY(const auto shelf, ask(session.target, "PUT", "/api/admin/stock/" + item,
                                R"({"name":"The last of its kind"})"));
  const auto available = fmt::format(R"("available":{},)", options.units - expected);
  if (shelf.find(available) == std::string::npos) {
    session.report.fault("the shelf does not agree: " + shelf);
  }
  session.report_costs(session.from, session.to, static_cast<double>(tally.durations().count()),
                       "orders");
  return {};
}

}  // namespace oms::bench
