#include "process/system_clock.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace oms::process {
namespace {

constexpr Duration jump_min = std::chrono::seconds{1};
// A thread that was put to sleep between two looks knows nothing of how they compare.
constexpr Duration glance_max{100};

Duration since_epoch(Time time) {
  return Duration{time.unix_ms};
}

}  // namespace

SystemClock::Sources SystemClock::sources() {
  return {.wall =
              [] {
                const auto now = std::chrono::system_clock::now().time_since_epoch();
                return Time{std::chrono::duration_cast<Duration>(now).count()};
              },
          .steady =
              [] {
                const auto now = std::chrono::steady_clock::now().time_since_epoch();
                return std::chrono::duration_cast<Duration>(now);
              }};
}

SystemClock::SystemClock(Time floor, OnJump on_jump, Sources from)
    : on_jump_(std::move(on_jump)), from_(std::move(from)) {
  seen_ = since_epoch(from_.wall()) - from_.steady();
  most_ = std::max(seen_, since_epoch(floor) - from_.steady());
}

Time SystemClock::now() {
  const auto before = from_.steady();
  const auto wall = from_.wall();
  const auto after = from_.steady();
  std::optional<Duration> jump;
  Time now;
  {
    const std::scoped_lock lock{mutex_};
    jump = follow(before, wall, after);
    now = Time{(after + most_).count()};
  }
  if (jump && on_jump_) on_jump_(*jump);
  return now;
}

// The steady clock was read after the wall clock, so a pause in between never looks like a jump
// forward.
std::optional<Duration> SystemClock::follow(Duration before, Time wall, Duration after) {
  const auto ahead = since_epoch(wall) - after;
  most_ = std::max(most_, ahead);
  if (after - before > glance_max) return std::nullopt;
  const auto by = ahead - std::exchange(seen_, ahead);
  if (std::chrono::abs(by) <= jump_min) return std::nullopt;
  return by;
}

std::string jump_text(Duration by) {
  using namespace std::chrono;
  const bool is_forward = by > Duration{0};
  const hh_mm_ss span{abs(by)};
  return fmt::format("the wall clock has jumped {} by {} h {} min {} s: {}",
                     is_forward ? "forward" : "back", span.hours().count(), span.minutes().count(),
                     span.seconds().count(),
                     is_forward ? "what is due in that time is due now (the machine may have slept)"
                                : "due times are not put off, and new orders show the new time");
}

}  // namespace oms::process
