#include "tools/bench/tally.h"

#include <algorithm>

namespace oms::bench {

Tally::Tally(std::string name, std::initializer_list<std::size_t> expected)
    : name_(std::move(name)) {
  for (const auto status : expected) expected_.set(status);
  begin(clock_now());
}

void Tally::begin(Nanos now) {
  durations_.clear();
  each_second_.clear();
  each_second_.reserve(4096);
  by_status_.fill(0);
  is_open_ = true;
  began_ = now;
  ended_ = now;
}

void Tally::end(Nanos now) {
  is_open_ = false;
  ended_ = now;
}

void Tally::add(int status, Nanos took, Nanos now) {
  const auto index = std::min(static_cast<std::size_t>(status), statuses - 1);
  const bool is_expected = expected_.none() || expected_[index];
  ++total_;
  if (!is_expected) ++unexpected_;
  if (!is_open_ && is_expected) return;
  ++by_status_[index];
  if (!is_open_ || !is_expected) return;
  durations_.add(took);
  const auto at = static_cast<std::size_t>(std::max<Nanos>(now - began_, 0) / second);
  if (each_second_.size() <= at) each_second_.resize(at + 1);
  ++each_second_[at];
}

double Tally::seconds() const {
  const auto until = is_open_ ? clock_now() : ended_;
  return static_cast<double>(until - began_) / static_cast<double>(second);
}

double Tally::rate() const {
  const auto span = seconds();
  return span > 0 ? static_cast<double>(durations_.count()) / span : 0;
}

std::vector<std::uint32_t> Tally::each_second() const {
  auto counts = each_second_;
  counts.resize(static_cast<std::size_t>(seconds()));
  return counts;
}

double Tally::sustained() const {
  auto seconds_seen = each_second();
  if (seconds_seen.empty()) return rate();
  const auto half = static_cast<std::ptrdiff_t>(seconds_seen.size() / 2);
  const auto middle = seconds_seen.begin() + half;
  std::ranges::nth_element(seconds_seen, middle);
  return *middle;
}

}  // namespace oms::bench
