#include "base/time_zone.h"

#include <gtest/gtest.h>

namespace oms {
namespace {

using std::chrono::hours;

Time at(const char* text) {
  return parse_time(text).value();
}

TEST(TimeZone, WithoutTransitionsIsUtc) {
  EXPECT_EQ(local_day({}, at("2026-01-31T23:59:59.999Z")), "2026-01-31");
  EXPECT_EQ(local_day({}, at("2026-02-01T00:00:00Z")), "2026-02-01");
}

TEST(TimeZone, ADayBeginsAtMidnightThere) {
  const TimeZone zone{.name = "Summer/East",
                      .first_offset = hours{1},
                      .transitions = {{at("2026-03-29T01:00:00Z"), hours{2}},
                                      {at("2026-10-25T01:00:00Z"), hours{1}}}};
  EXPECT_EQ(local_day(zone, at("2026-01-31T22:59:59Z")), "2026-01-31");
  EXPECT_EQ(local_day(zone, at("2026-01-31T23:00:00Z")), "2026-02-01");
  EXPECT_EQ(local_day(zone, at("2026-06-30T21:59:59Z")), "2026-06-30");
  EXPECT_EQ(local_day(zone, at("2026-06-30T22:00:00Z")), "2026-07-01");
  EXPECT_EQ(local_day(zone, at("2026-12-31T22:59:59Z")), "2026-12-31");
}

TEST(TimeZone, ADayWestOfGreenwichEndsLater) {
  const TimeZone zone{.name = "West", .first_offset = -hours{9}};
  EXPECT_EQ(local_day(zone, at("2026-02-01T08:59:59Z")), "2026-01-31");
  EXPECT_EQ(local_day(zone, at("2026-02-01T09:00:00Z")), "2026-02-01");
}

TEST(TimeZone, KnowsADayOfTheCalendar) {
  EXPECT_TRUE(is_day("2024-02-29"));
  EXPECT_FALSE(is_day("2026-02-29"));
  EXPECT_FALSE(is_day("2026-2-1"));
  EXPECT_FALSE(is_day(""));
}

}  // namespace
}  // namespace oms
