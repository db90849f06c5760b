#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace oms {

// A zone's offsets from UTC, as data: rules read no zone database. The default is UTC.
struct TimeZone {
  struct Transition {
    Time at;
    Duration offset{0};  // of local time from UTC, from then on

    friend bool operator==(const Transition&, const Transition&) = default;
  };

  std::string name = "UTC";                  // of the IANA database: "Europe/Berlin"
  Duration first_offset{0};                  // before the first transition
  std::vector<Transition> transitions = {};  // by time

  Duration offset_at(Time time) const;
};

// The day that it is in the zone: "2026-01-31".
std::string local_day(const TimeZone& zone, Time time);

// Whether the text is a day of the calendar, as `local_day` writes it.
bool is_day(std::string_view text);

}  // namespace oms
