#include "tools/simulate/exhaustive.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A shop with enough on its shelf, and one customer with an address and a key.
Scenario one_order(Paying paying, Cancelling cancelling, FaultSet faults) {
  Scenario scenario{.seed = 1, .heals_after = minutes{40}};
  scenario.settings.limits.payment_window = minutes{2};
  scenario.shelves.push_back(
      {.product_id = "1", .price = 450, .on_hand = 10, .preparation_ms = 2'000});
  scenario.orders.push_back({.number = 1,
                             .customer = 1,
                             .lines = {{.product_id = "1", .quantity = 2}},
                             .has_email = true,
                             .has_phone = true,
                             .has_key = true,
                             .paying = paying,
                             .think = seconds{2},
                             .cancelling = cancelling,
                             .cancel_after = seconds{1},
                             .faults = faults});
  return scenario;
}

// The same, and after a while the operator refunds.
Scenario refunded(Scenario scenario, Refunding refunding, Duration at) {
  scenario.refunds.push_back(
      {.at = at, .order = 1, .refunding = refunding, .choice = 17, .has_key = true});
  return scenario;
}

// Another life, and somebody changes its lines twice.
Scenario changed(Scenario scenario, const char* saga) {
  scenario.orders[0].saga = saga;
  for (const auto at : {seconds{5}, seconds{9}}) {
    scenario.revisions.push_back({.at = at,
                                  .order = 1,
                                  .choice = 3 + static_cast<std::uint64_t>(at.count()),
                                  .has_key = true});
  }
  return scenario;
}

std::vector<Scenario> lives() {
  FaultSet rejected;
  rejected.add(Fault::ticket_rejected);
  FaultSet undelivered;
  undelivered.add(Fault::delivery_failed);
  FaultSet unrefunded;
  unrefunded.add(Fault::refund_refused);
  FaultSet late;
  late.add(Fault::late_payment);
  std::vector<Scenario> all{
      one_order(Paying::pays, Cancelling::never, {}),
      one_order(Paying::is_declined, Cancelling::never, {}),
      one_order(Paying::leaves, Cancelling::never, late),
      one_order(Paying::pays, Cancelling::at_leisure, {}),
      one_order(Paying::pays, Cancelling::while_paying, {}),
      one_order(Paying::pays, Cancelling::after_paying, rejected),
      one_order(Paying::pays, Cancelling::never, undelivered),
      refunded(one_order(Paying::pays, Cancelling::never, {}), Refunding::everything_with_goods,
               seconds{40}),
      refunded(one_order(Paying::pays, Cancelling::after_paying, {}), Refunding::lines,
               milliseconds{2'500}),
      refunded(one_order(Paying::pays, Cancelling::never, unrefunded), Refunding::amount,
               seconds{40}),
      changed(one_order(Paying::leaves, Cancelling::never, {}), "supply"),
      one_order(Paying::pays, Cancelling::never, {}),
  };
  all.back().orders[0].saga = "pickup";
  all[5].settings.kitchen.by_hand = true;
  all[6].settings.delivery.by_hand = true;
  all[8].settings.kitchen.by_hand = true;
  for (std::size_t i = 0, count = all.size(); i < count; ++i) {
    auto apart = all[i];
    apart.wiring = Wiring::apart;
    all.push_back(std::move(apart));
  }
  return all;
}

// Hands out the first crash of each life, one by one, to all threads.
class Crashes {
 public:
  explicit Crashes(const Exhaustive& exhaustive) : exhaustive_(exhaustive), lives_(lives()) {
    for (const auto& life : lives_) {
      const auto undisturbed = play(life);
      take(life, undisturbed);
      for (int call = 1; call <= undisturbed.calls; ++call) {
        points_.push_back({.life = &life, .call = call, .messages = undisturbed.messages});
      }
    }
    sums_.lives = lives_.size();
  }

  void work() {
    for (auto i = next_++; i < points_.size(); i = next_++) {
      const auto& point = points_[i];
      auto scenario = *point.life;
      scenario.crash_calls = {point.call};
      const auto outcome = play(scenario);
      take(scenario, outcome, &ExhaustiveTotals::points);
      double_each(scenario, outcome.messages);
      const bool has_pairs = scenario.wiring == Wiring::together || exhaustive_.is_thorough;
      if (has_pairs) crash_again(scenario, outcome);
    }
  }

  ExhaustiveTotals totals() { return std::move(sums_); }

 private:
  struct Point {
    const Scenario* life;
    int call;
    int messages;
  };

  void crash_again(Scenario scenario, const Outcome& once) {
    for (int call = scenario.crash_calls[0] + 1; call <= once.calls; ++call) {
      scenario.crash_calls = {scenario.crash_calls[0], call};
      const auto outcome = play(scenario);
      take(scenario, outcome, &ExhaustiveTotals::pairs);
      if (exhaustive_.is_thorough) double_each(scenario, outcome.messages);
    }
  }

  void double_each(Scenario scenario, int messages) {
    for (int message = 1; message <= messages; ++message) {
      scenario.doubled_message = message;
      take(scenario, play(scenario), &ExhaustiveTotals::doubled);
    }
  }

  void take(const Scenario& scenario, const Outcome& outcome,
            std::uint64_t ExhaustiveTotals::* kind = nullptr) {
    const std::scoped_lock lock{mutex_};
    if (kind != nullptr) ++(sums_.*kind);
    sums_.totals.add(outcome);
    if (outcome.violation) {
      sums_.totals.failures.push_back({.seed = scenario.seed, .violation = *outcome.violation});
      sums_.broken.push_back({.scenario = scenario, .violation = *outcome.violation});
    }
    if (exhaustive_.on_progress) exhaustive_.on_progress(sums_.totals.runs);
  }

  const Exhaustive& exhaustive_;
  const std::vector<Scenario> lives_;
  std::vector<Point> points_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  ExhaustiveTotals sums_;
};

}  // namespace

ExhaustiveTotals run(const Exhaustive& exhaustive) {
  Crashes runs{exhaustive};
  std::vector<std::thread> helpers;
  for (int i = 1; i < exhaustive.jobs; ++i) helpers.emplace_back([&] { runs.work(); });
  runs.work();
  for (auto& helper : helpers) helper.join();
  return runs.totals();
}

}  // namespace oms::simulate
