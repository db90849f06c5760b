#include "ports/histogram.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace oms {
namespace {

// "le=0.001 1, ..."
std::string text_of(const Histogram& histogram) {
  MetricFamily family{.name = "x", .help = "y", .type = MetricType::histogram};
  histogram.add_to(family, {{.name = "route", .value = "/a"}});
  return prometheus_text({family});
}

TEST(Histogram, CountsWhatIsWithinEachEndOneAfterTheOther) {
  constexpr std::array<std::int64_t, 2> ends{1'000'000, 5'000'000};
  Histogram histogram{{ends, ns_per_second}};
  for (const auto ns : {1, 1'000'000, 1'000'001, 5'000'001}) histogram.observe(ns);
  EXPECT_EQ(text_of(histogram),
            "# HELP x y\n# TYPE x histogram\n"
            "x_bucket{route=\"/a\",le=\"0.001\"} 2\n"
            "x_bucket{route=\"/a\",le=\"0.005\"} 3\n"
            "x_bucket{route=\"/a\",le=\"+Inf\"} 4\n"
            "x_sum{route=\"/a\"} 0.007000003\n"
            "x_count{route=\"/a\"} 4\n");
}

TEST(Histogram, IsEmptyUntilSomethingIsObserved) {
  Histogram histogram{sizes};
  EXPECT_TRUE(histogram.is_empty());
  histogram.observe(3);
  EXPECT_FALSE(histogram.is_empty());
}

TEST(Histogram, LosesNothingOfSeveralThreads) {
  Histogram histogram{answer_seconds};
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 4; ++n) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10'000; ++i) histogram.observe(i);
      });
    }
  }
  EXPECT_NE(text_of(histogram).find("x_count{route=\"/a\"} 40000\n"), std::string::npos);
}

}  // namespace
}  // namespace oms
