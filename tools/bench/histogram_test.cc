#include "tools/bench/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace oms::bench {
namespace {

TEST(Histogram, OfNothingIsAllZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.quantile(0.99), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.mean(), 0);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (int value = 1; value <= 1000; ++value) histogram.add(value);
  EXPECT_EQ(histogram.quantile(0.5), 500);
  EXPECT_EQ(histogram.quantile(0.99), 990);
  EXPECT_EQ(histogram.quantile(0), 1);
  EXPECT_EQ(histogram.quantile(1), 1000);
  EXPECT_DOUBLE_EQ(histogram.mean(), 500.5);
}

TEST(Histogram, QuantilesOfAnySizeAreRightToThreeDigits) {
  std::mt19937_64 random{7};
  std::lognormal_distribution<double> durations{13, 3};
  Histogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 100'000; ++i) {
    const auto value =
        std::min<std::int64_t>(static_cast<std::int64_t>(durations(random)), std::int64_t{1} << 39);
    values.push_back(value);
    histogram.add(value);
  }
  std::ranges::sort(values);
  for (const double share : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 100'000)) - 1;
    const auto exact = static_cast<double>(values[rank]);
    const auto told = static_cast<double>(histogram.quantile(share));
    EXPECT_GE(told, exact) << share;
    EXPECT_LE(told, exact * 1.001 + 1) << share;
  }
}

TEST(Histogram, TheNextBucketBeginsWhereOneEnds) {
  for (std::int64_t value = 1; value < std::int64_t{1} << 39; value += 1 + value / 3) {
    Histogram histogram;
    histogram.add(value);
    histogram.add(std::int64_t{1} << 39);  // so that the bucket's end is not cut to the largest
    const auto end = histogram.quantile(0.5);
    EXPECT_GE(end, value);
    EXPECT_EQ(histogram.between(end + 1, std::int64_t{1} << 39), 0U);
    EXPECT_EQ(histogram.between(0, end + 1), 1U);
  }
}

TEST(Histogram, WhatIsTooLongOrNegativeIsCountedAtTheEdge) {
  Histogram histogram;
  histogram.add(-5);
  histogram.add(std::int64_t{1} << 50);
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.quantile(0.5), 0);
  EXPECT_EQ(histogram.max(), std::int64_t{1} << 50);
}

TEST(Histogram, TwoAddUp) {
  Histogram one;
  Histogram other;
  one.add(10);
  other.add(1'000'000);
  one.add(other);
  EXPECT_EQ(one.count(), 2U);
  EXPECT_EQ(one.quantile(0.5), 10);
  EXPECT_EQ(one.max(), 1'000'000);
  one.clear();
  EXPECT_EQ(one.count(), 0U);
  EXPECT_EQ(one.quantile(1), 0);
}

}  // namespace
}  // namespace oms::bench
