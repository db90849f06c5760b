#include "base/time_zone.h"

#include <algorithm>

namespace oms {
namespace {

constexpr std::size_t day_size = 10;  // "2026-01-31"

}  // namespace

Duration TimeZone::offset_at(Time time) const {
  const auto next = std::ranges::upper_bound(transitions, time, {}, &Transition::at);
  return next == transitions.begin() ? first_offset : std::prev(next)->offset;
}

std::string local_day(const TimeZone& zone, Time time) {
  std::string text(time_text_size, ' ');
  write_text(time + zone.offset_at(time), text.data());
  text.resize(day_size);
  return text;
}

bool is_day(std::string_view text) {
  return text.size() == day_size && parse_time(std::string{text} + "T00:00:00Z").has_value();
}

}  // namespace oms
