// The whole system under every fault, many times: see `oms simulate` for more of it.
#include <gtest/gtest.h>

#include "tools/simulate/campaign.h"
#include "tools/simulate/exhaustive.h"
#include "tools/simulate/report.h"

namespace oms::simulate {
namespace {

std::string told(const Totals& totals) {
  std::string text;
  for (const auto& [seed, violation] : totals.failures) {
    text += "seed " + std::to_string(seed) + " " + violation.rule + ": " + violation.detail + "\n";
  }
  return text;
}

std::string unmet(const Marks& marks) {
  std::string text;
  for (std::size_t i = 0; i < fault_count; ++i) {
    const auto fault = static_cast<Fault>(i);
    for (const auto& place : Marks::places()) {
      if (marks.at(fault, place) > 0 || !Marks::can_meet(fault, place)) continue;
      text.append(boost::describe::enum_to_string(fault, "")).append(" never met ");
      text += Marks::name_of(place) + "\n";
    }
  }
  return text;
}

TEST(Simulation, KeepsEveryPromiseAndEveryFaultMeetsEveryStep) {
  const auto totals = run(Campaign{.seeds = 1'330, .orders = 100});
  EXPECT_TRUE(totals.failures.empty()) << told(totals);
  EXPECT_GT(totals.endings.completed, totals.endings.orders / 10);
  EXPECT_EQ(unmet(totals.marks), "") << marks_text(totals.marks);
}

TEST(Simulation, TheSameSeedGoesTheSameWay) {
  const auto totals = run(Campaign{.first_seed = 5'000, .seeds = 50, .orders = 60, .twice = true});
  EXPECT_TRUE(totals.failures.empty()) << told(totals);
}

// A crash at every call to the outside of one order's life, at each pair of calls, and at each with
// each message handed in twice.
TEST(Simulation, OneOrderSurvivesACrashAtEveryPoint) {
  const auto all = run(Exhaustive{});
  EXPECT_TRUE(all.broken.empty()) << told(all.totals);
  EXPECT_GT(all.points, 300U);
  EXPECT_GT(all.pairs, 10'000U);
  EXPECT_GT(all.doubled, 1'000U);
}

// Seeds that have failed once, each with 200 orders.
class OnceFailed : public testing::TestWithParam<std::pair<Wiring, std::uint64_t>> {};

TEST_P(OnceFailed, KeepsEveryPromise) {
  const auto& [wiring, seed] = GetParam();
  const auto totals = run(Campaign{.first_seed = seed, .seeds = 1, .wiring = wiring});
  EXPECT_TRUE(totals.failures.empty()) << told(totals);
}

std::vector<std::pair<Wiring, std::uint64_t>> seeds(Wiring wiring,
                                                    std::initializer_list<std::uint64_t> failed) {
  std::vector<std::pair<Wiring, std::uint64_t>> all;
  for (const auto seed : failed) all.emplace_back(wiring, seed);
  return all;
}

// 7, 163: money of a closed link, the provider's word lost. 40, 58: an order older than its past.
// 79: a link that nobody has heard of. 38: a link made late. 120: a look that came too early. 1857,
// 5076, 7173: a look whose answer came when the link was closed. 690, 3715: a restored shop that
// has forgotten a link. 2788: a closed link's last look that came too early. 6288: goods written
// off that nobody had cooked. 8541: a change that followed another in one commit. Faults that were
// named since make some of them another story; the planted faults stand for what they found.
INSTANTIATE_TEST_SUITE_P(Together, OnceFailed,
                         testing::ValuesIn(seeds(Wiring::together,
                                                 {1, 7, 38, 40, 58, 64, 79, 120, 154, 163, 299, 690,
                                                  1857, 2788, 3715, 5076, 6288, 7173, 8541})));
// 3: a cancellation that came too late, told twice. 4, 68: asked again and again, and no end. 1037,
// 9074: a full kitchen, in which another process made room. 2315: an old refusal of a refund. 617:
// a change that was forgotten. 659: a cancellation asked for twice. 680: a ticket changed before
// its order. 1454: a ticket rejected during a change.
INSTANTIATE_TEST_SUITE_P(Apart, OnceFailed,
                         testing::ValuesIn(seeds(Wiring::apart, {3, 4, 68, 189, 617, 659, 680, 1037,
                                                                 1454, 2315, 9074})));

}  // namespace
}  // namespace oms::simulate
