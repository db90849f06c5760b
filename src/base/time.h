#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oms {

using Duration = std::chrono::milliseconds;

// A point in time: milliseconds since 1970, UTC. Rules are handed the time, they never ask for it.
struct Time {
  std::int64_t unix_ms = 0;

  friend constexpr auto operator<=>(Time, Time) = default;
  friend constexpr Time operator+(Time at, Duration span) { return {at.unix_ms + span.count()}; }
  friend constexpr Time operator-(Time at, Duration span) { return {at.unix_ms - span.count()}; }
  friend constexpr Duration operator-(Time later, Time earlier) {
    return Duration{later.unix_ms - earlier.unix_ms};
  }
};

// RFC 3339 with milliseconds: "2026-01-31T12:00:00.000Z".
std::string to_text(Time time);
// The same where there is room for it: exactly so many bytes.
inline constexpr std::size_t time_text_size = 24;
void write_text(Time time, char* out);

// Reads RFC 3339 in UTC ("Z" only), with or without a fraction.
std::optional<Time> parse_time(std::string_view text);

}  // namespace oms
