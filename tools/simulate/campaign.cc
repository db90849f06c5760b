#include "tools/simulate/campaign.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace oms::simulate {
namespace {

// The seeds are handed out one by one, and what came of each is added up under a lock: the sums are
// the same in whatever order.
class Runs {
 public:
  explicit Runs(const Campaign& campaign) : campaign_(campaign) {}

  void work() {
    for (auto i = next_++; i < campaign_.seeds && !is_over_; i = next_++) {
      const auto seed = campaign_.first_seed + i;
      const auto scenario = draw_scenario(seed, campaign_.orders, campaign_.wiring);
      auto outcome = play(scenario);
      if (campaign_.twice && play(scenario, true).trace != outcome.trace) {
        outcome.violation = Violation{.rule = "same_trace",
                                      .detail = "the same seed went another way the second time"};
      }
      take(seed, outcome);
    }
  }

  Totals totals() {
    std::ranges::sort(totals_.failures, {}, &Failure::seed);
    return std::move(totals_);
  }

 private:
  void take(std::uint64_t seed, const Outcome& outcome) {
    const std::scoped_lock lock{mutex_};
    totals_.add(outcome);
    if (outcome.violation) {
      totals_.failures.push_back({.seed = seed, .violation = *outcome.violation});
      is_over_ = is_over_ || campaign_.stops_at_first;
    }
    if (campaign_.on_progress) campaign_.on_progress(totals_.runs);
  }

  const Campaign& campaign_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  Totals totals_;
};

}  // namespace

void Totals::add(const Outcome& outcome) {
  ++runs;
  endings.add(outcome.endings);
  marks.add(outcome.marks);
  commits += outcome.commits;
  crashes += static_cast<std::uint64_t>(outcome.crashes);
  calls += static_cast<std::uint64_t>(outcome.calls);
  simulated += outcome.simulated;
  longest_rest = std::max(longest_rest, outcome.rested_after);
}

Totals run(const Campaign& campaign) {
  Runs runs{campaign};
  std::vector<std::thread> helpers;
  for (int i = 1; i < campaign.jobs; ++i) helpers.emplace_back([&] { runs.work(); });
  runs.work();
  for (auto& helper : helpers) helper.join();
  return runs.totals();
}

}  // namespace oms::simulate
