#include "ports/histogram.h"

#include <utility>

namespace oms {

void Histogram::add_to(MetricFamily& family, const std::vector<MetricLabel>& labels) const {
  std::uint64_t below = 0;
  const auto add = [&](const char* suffix, std::vector<MetricLabel> own,
                       double value) {  // not money
    family.samples.push_back({.suffix = suffix, .labels = std::move(own), .value = value});
  };
  for (std::size_t i = 0; i <= buckets_.ends.size(); ++i) {
    below += counts_.at(i).load(std::memory_order_relaxed);
    std::string end = "+Inf";
    if (i < buckets_.ends.size()) {
      end.clear();
      write_number(static_cast<double>(buckets_.ends[i]) / buckets_.per_unit, end);  // not money
    }
    auto own = labels;
    own.push_back({.name = "le", .value = std::move(end)});
    add("_bucket", std::move(own), static_cast<double>(below));  // not money
  }
  const auto sum = static_cast<double>(sum_.load(std::memory_order_relaxed));  // not money
  add("_sum", labels, sum / buckets_.per_unit);
  add("_count", labels, static_cast<double>(below));  // not money
}

}  // namespace oms
