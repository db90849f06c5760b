#include "tools/bench/chart.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oms::bench {
namespace {

TEST(Chart, WritesNumbersForPeople) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
  EXPECT_EQ(ms_text(482'000), "0.482");
  EXPECT_EQ(ms_text(12'345'000), "12.3");
  EXPECT_EQ(ms_text(1'234'500'000), "1234");
}

TEST(Chart, ASparklineIsAsWideAsAllowed) {
  EXPECT_EQ(sparkline_of({}), "");
  EXPECT_EQ(sparkline_of({0, 0}), "▁▁");
  EXPECT_EQ(sparkline_of({0, 7, 14}), "▁▅█");
  EXPECT_EQ(sparkline_of(std::vector<std::uint32_t>(100, 5), 50).size(), 50 * 3U);
}

TEST(Chart, BarsLeaveOutTheEmptyEnds) {
  Histogram durations;
  durations.add(1'500);
  durations.add(40'000);
  const auto bars = bars_of(durations);
  EXPECT_EQ(std::ranges::count(bars, '\n'), 5);  // 2, 5, 10, 20 and 50 microseconds
  EXPECT_NE(bars.find("0.002 ms  50.00%"), std::string::npos) << bars;
}

}  // namespace
}  // namespace oms::bench
