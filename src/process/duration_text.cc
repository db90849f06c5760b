#include "process/duration_text.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace oms::process {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// From the largest to the smallest.
constexpr std::array units{
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}, Unit{"ms", 1},
};

std::size_t unit_called(std::string_view name) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].name == name) return i;
  }
  return units.size();
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{0};
  std::int64_t sum = 0;
  std::size_t next_unit = 0;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t count = 0;
    if (!is_digit(text.front())) return std::nullopt;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    std::size_t length = 0;
    while (length < text.size() && !is_digit(text[length])) ++length;
    const auto unit = unit_called(text.substr(0, length));
    if (unit >= units.size() || unit < next_unit) return std::nullopt;
    next_unit = unit + 1;
    text.remove_prefix(length);
    std::int64_t part = 0;
    if (__builtin_mul_overflow(count, units[unit].milliseconds, &part)) return std::nullopt;
    if (__builtin_add_overflow(sum, part, &sum)) return std::nullopt;
  }
  return Duration{sum};
}

std::string to_text(Duration duration) {
  if (duration.count() == 0) return "0";
  for (const auto& unit : units) {
    if (duration.count() % unit.milliseconds != 0) continue;
    return std::to_string(duration.count() / unit.milliseconds) + std::string{unit.name};
  }
  return "0";
}

}  // namespace oms::process
