#include "tools/bench/load.h"

#include <gtest/gtest.h>

namespace oms::bench {
namespace {

TEST(Schedule, TellsWhenEachShouldHaveArrived) {
  Schedule schedule{1000};
  Nanos due = 0;
  const Nanos start = 5 * second;
  ASSERT_TRUE(schedule.take(start, due));
  EXPECT_EQ(due, start);
  EXPECT_FALSE(schedule.take(start, due));
  EXPECT_EQ(schedule.next_at(), start + second / 1000);
}

TEST(Schedule, AfterAStallAllThatWereKeptWaitingComeWithTheirOwnTimes) {
  Schedule schedule{1000};
  Nanos due = 0;
  const Nanos start = 5 * second;
  ASSERT_TRUE(schedule.take(start, due));
  const Nanos late = start + second / 10;
  for (int i = 1; i <= 100; ++i) {
    ASSERT_TRUE(schedule.take(late, due));
    EXPECT_EQ(due, start + i * (second / 1000));
  }
  EXPECT_FALSE(schedule.take(late, due));
}

TEST(Schedule, WithoutARateNobodyArrives) {
  const Schedule schedule{0};
  EXPECT_FALSE(schedule.is_open());
  EXPECT_EQ(schedule.next_at(), never);
}

}  // namespace
}  // namespace oms::bench
