#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "messages/metrics.h"

namespace oms {

// Where a histogram's buckets end, each with its end, and how many of these numbers one unit of the
// metric is: durations are counted in nanoseconds and told in seconds.
struct Buckets {
  std::span<const std::int64_t> ends;
  double per_unit = 1;  // not money
};
inline constexpr std::size_t buckets_max = 15;

inline constexpr std::array<std::int64_t, 12> answer_ends_ns{
    500'000,    1'000'000,   2'500'000,   5'000'000,     10'000'000,    25'000'000,
    50'000'000, 100'000'000, 250'000'000, 1'000'000'000, 5'000'000'000, 30'000'000'000};
inline constexpr std::array<std::int64_t, 8> decision_ends_ns{
    1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 1'000'000, 10'000'000};
inline constexpr std::array<std::int64_t, 10> size_ends{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

inline constexpr double ns_per_second = 1e9;  // not money
inline constexpr Buckets answer_seconds{answer_ends_ns, ns_per_second};
inline constexpr Buckets decision_seconds{decision_ends_ns, ns_per_second};
inline constexpr Buckets sizes{size_ends, 1};

// Counts numbers by buckets. Any thread; a number costs two additions.
class Histogram {
 public:
  explicit Histogram(const Buckets& buckets) : buckets_(buckets) {}

  void observe(std::int64_t number) {
    const auto end = std::ranges::lower_bound(buckets_.ends, number);
    counts_.at(static_cast<std::size_t>(end - buckets_.ends.begin()))
        .fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(number, std::memory_order_relaxed);
  }
  bool is_empty() const {
    return std::ranges::all_of(counts_, [](const auto& count) { return count.load() == 0; });
  }

  // As samples of a family of histograms.
  void add_to(MetricFamily& family, const std::vector<MetricLabel>& labels) const;

 private:
  Buckets buckets_;
  std::array<std::atomic<std::uint64_t>, buckets_max + 1> counts_{};
  std::atomic<std::int64_t> sum_{0};
};

}  // namespace oms
