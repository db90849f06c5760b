#include "process/duration_text.h"

#include <gtest/gtest.h>

namespace oms::process {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(DurationText, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("500ms"), Duration{500});
  EXPECT_EQ(parse_duration("3s"), Duration{seconds{3}});
  EXPECT_EQ(parse_duration("30m"), Duration{minutes{30}});
  EXPECT_EQ(parse_duration("2h"), Duration{hours{2}});
  EXPECT_EQ(parse_duration("30d"), Duration{hours{720}});
  EXPECT_EQ(parse_duration("0"), Duration{0});
  EXPECT_EQ(parse_duration("0s"), Duration{0});
}

TEST(DurationText, ReadsSeveralUnitsFromTheLargestDown) {
  EXPECT_EQ(parse_duration("1h30m"), Duration{minutes{90}});
  EXPECT_EQ(parse_duration("1d2h3m4s5ms"), Duration{93'784'005});
  EXPECT_EQ(parse_duration("30m1h"), std::nullopt);
  EXPECT_EQ(parse_duration("1s1s"), std::nullopt);
}

TEST(DurationText, RefusesWhatIsNotADuration) {
  for (const auto* text : {"", "5", "s", "-3s", "+3s", "1.5s", "3 s", " 3s", "3s ", "3x", "3S",
                           "9223372036854775807d", "99999999999999999999s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(DurationText, WritesWhatItReads) {
  EXPECT_EQ(to_text(Duration{0}), "0");
  EXPECT_EQ(to_text(minutes{90}), "90m");
  EXPECT_EQ(to_text(hours{24}), "1d");
  for (const auto count : {1LL, 999LL, 1'000LL, 61'000LL, 86'400'000LL, 93'784'005LL}) {
    EXPECT_EQ(parse_duration(to_text(Duration{count})), Duration{count});
  }
}

}  // namespace
}  // namespace oms::process
