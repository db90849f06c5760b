#include "tools/bench/tally.h"

#include <gtest/gtest.h>

namespace oms::bench {
namespace {

TEST(Tally, CountsWhatIsExpectedSecondBySecond) {
  Tally tally{"place", {201}};
  tally.begin(0);
  tally.add(201, 5'000, second / 2);
  tally.add(201, 7'000, 2 * second);
  tally.add(201, 6'000, 2 * second + 1);
  tally.end(4 * second);
  EXPECT_EQ(tally.each_second(), (std::vector<std::uint32_t>{1, 0, 2, 0}));
  EXPECT_DOUBLE_EQ(tally.rate(), 0.75);
  EXPECT_EQ(tally.durations().quantile(0.5), 6'000 / 8 * 8 + 3);
  EXPECT_EQ(tally.unexpected(), 0U);
}

TEST(Tally, ASecondThatIsNotOverIsNoSecond) {
  Tally tally{"place", {201}};
  tally.begin(0);
  for (const Nanos at : {second / 2, second, 3 * second / 2, 2 * second}) tally.add(201, 1, at);
  tally.end(2 * second + second / 100);
  EXPECT_EQ(tally.each_second(), (std::vector<std::uint32_t>{1, 2}));
}

TEST(Tally, WhatIsUnexpectedIsNoRateButAFailure) {
  Tally tally{"place", {201}};
  tally.begin(0);
  tally.add(503, 1, 1);
  tally.add_lost();
  tally.end(second);
  EXPECT_EQ(tally.durations().count(), 0U);
  EXPECT_EQ(tally.by_status()[503], 1U);
  EXPECT_EQ(tally.unexpected(), 2U);
}

TEST(Tally, AfterTheEndOnlyTheUnexpectedCounts) {
  Tally tally{"pay", {200}};
  tally.begin(0);
  tally.end(second);
  tally.add(200, 1, 2 * second);
  tally.add(500, 1, 2 * second);
  EXPECT_EQ(tally.durations().count(), 0U);
  EXPECT_EQ(tally.by_status()[200], 0U);
  EXPECT_EQ(tally.unexpected(), 1U);
  EXPECT_EQ(tally.total(), 2U);
}

TEST(Tally, TheSustainedRateIsThatOfTheMiddleSecond) {
  Tally tally{"x"};
  tally.begin(0);
  for (int i = 0; i < 100; ++i) tally.add(200, 1, 0);
  for (int i = 0; i < 10; ++i) tally.add(200, 1, second);
  for (int i = 0; i < 11; ++i) tally.add(200, 1, 2 * second);
  tally.end(3 * second);
  EXPECT_DOUBLE_EQ(tally.sustained(), 11);
}

}  // namespace
}  // namespace oms::bench
