#include "tools/bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace oms::bench {
namespace {

// Up to `exact` each value has its own bucket; from there on each doubling has half as many.
constexpr unsigned exact_bits = 11;
constexpr unsigned value_bits = 40;
constexpr std::int64_t largest = (std::int64_t{1} << value_bits) - 1;
constexpr std::size_t half = std::size_t{1} << (exact_bits - 1);
constexpr std::size_t buckets = (value_bits - exact_bits + 2) * half;

std::size_t bucket_of(std::int64_t value) {
  const auto number = static_cast<std::uint64_t>(std::clamp<std::int64_t>(value, 0, largest));
  const auto width = static_cast<unsigned>(std::bit_width(number));
  const unsigned shift = width > exact_bits ? width - exact_bits : 0;
  return shift * half + static_cast<std::size_t>(number >> shift);
}

std::int64_t last_of(std::size_t bucket) {
  if (bucket < 2 * half) return static_cast<std::int64_t>(bucket);
  const auto shift = bucket / half - 1;
  const auto step = bucket - shift * half;
  return static_cast<std::int64_t>(((step + 1) << shift) - 1);
}

}  // namespace

Histogram::Histogram() : counts_(buckets) {}

void Histogram::add(std::int64_t value) {
  ++counts_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < buckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

void Histogram::clear() {
  std::ranges::fill(counts_, 0);
  count_ = 0;
  max_ = 0;
  sum_ = 0;
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::int64_t Histogram::quantile(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(last_of(i), max_);
  }
  return max_;
}

std::uint64_t Histogram::between(std::int64_t from, std::int64_t to) const {
  std::uint64_t found = 0;
  for (auto i = bucket_of(from); i < bucket_of(to); ++i) found += counts_[i];
  return found;
}

}  // namespace oms::bench
