#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time_zone.h"

namespace oms::files {

// The rule that a zone's file ends with, for all years after its last transition: "EST5",
// "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX TZ, with dates by month, week and weekday).
struct PosixTimeZone {
  // The n-th weekday of a month, at that time of the day by the offset that ends.
  struct Date {
    unsigned month = 1;
    unsigned week = 1;  // 5: the last
    unsigned weekday = 0;
    Duration time = std::chrono::hours{2};
  };

  Duration standard{0};
  Duration summer{0};
  std::optional<std::pair<Date, Date>> summer_lasts = {};

  static std::optional<PosixTimeZone> parse(std::string_view text);

  // By time, of these years.
  std::vector<TimeZone::Transition> transitions(int first_year, int last_year) const;
};

}  // namespace oms::files
