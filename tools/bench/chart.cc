#include "tools/bench/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace oms::bench {
namespace {

constexpr std::size_t bar_width = 48;
constexpr const char* columns[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// 1, 2, 5, 10, 20, ... microseconds.
std::vector<std::int64_t> edges() {
  std::vector<std::int64_t> all{0};
  for (std::int64_t decade = 1000; decade <= 100'000'000'000; decade *= 10) {
    for (const std::int64_t step : {1, 2, 5}) all.push_back(decade * step);
  }
  return all;
}

}  // namespace

std::string count_text(double value) {
  auto digits = fmt::format("{:.0f}", value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string ms_text(std::int64_t nanos) {
  const auto ms = static_cast<double>(nanos) / 1e6;
  return ms < 10     ? fmt::format("{:.3f}", ms)
         : ms < 1000 ? fmt::format("{:.1f}", ms)
                     : fmt::format("{:.0f}", ms);
}

std::string bars_of(const Histogram& durations) {
  struct Range {
    std::int64_t to;
    std::uint64_t count;
  };
  std::vector<Range> ranges;
  const auto all = edges();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const auto count = durations.between(all[i], all[i + 1]);
    if (count > 0 || !ranges.empty()) ranges.push_back({all[i + 1], count});
  }
  while (!ranges.empty() && ranges.back().count == 0) ranges.pop_back();
  std::uint64_t most = 1;
  for (const auto& range : ranges) most = std::max(most, range.count);
  std::string text;
  for (const auto& range : ranges) {
    const auto share = static_cast<double>(range.count);
    const auto length = static_cast<std::size_t>(
        std::ceil(share * static_cast<double>(bar_width) / static_cast<double>(most)));
    std::string bar;
    for (std::size_t i = 0; i < length; ++i) bar += "█";
    text += fmt::format("  < {:>7} ms {:>6.2f}% {}\n",
                        fmt::format("{:g}", static_cast<double>(range.to) / 1e6),
                        100 * share / static_cast<double>(durations.count()), bar);
  }
  return text;
}

std::string sparkline_of(const std::vector<std::uint32_t>& values, std::size_t width) {
  const auto group = std::max<std::size_t>((values.size() + width - 1) / width, 1);
  std::vector<double> means;
  for (std::size_t from = 0; from < values.size(); from += group) {
    const auto to = std::min(from + group, values.size());
    double sum = 0;
    for (auto i = from; i < to; ++i) sum += values[i];
    means.push_back(sum / static_cast<double>(to - from));
  }
  const auto most = means.empty() ? 0 : std::ranges::max(means);
  std::string line;
  for (const auto mean : means) {
    const auto height = most > 0 ? std::lround(mean / most * 7) : 0;
    line += columns[std::clamp<long>(height, 0, 7)];
  }
  return line;
}

}  // namespace oms::bench
