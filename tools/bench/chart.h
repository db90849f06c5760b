#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/bench/histogram.h"

namespace oms::bench {

// One bar for each range of durations, in steps of 1, 2, 5, 10.
std::string bars_of(const Histogram& durations);

// One small column for each value, from nothing to the largest; at most `width`, then several
// share one.
std::string sparkline_of(const std::vector<std::uint32_t>& values, std::size_t width = 72);

// "12 345" and "0.482 ms".
std::string count_text(double value);
std::string ms_text(std::int64_t nanos);

}  // namespace oms::bench
