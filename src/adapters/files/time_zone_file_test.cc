#include "adapters/files/time_zone_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "adapters/files/posix_time_zone.h"

namespace oms::files {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

Time at(const char* text) {
  return parse_time(text).value();
}

void put(std::uint64_t value, int bytes, std::string& out) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
}

// A file of the second version, with a first part that is empty.
std::string file_of(const std::vector<std::pair<std::int64_t, int>>& transitions,
                    const std::vector<std::int32_t>& offsets, const std::string& rule) {
  std::string out;
  for (const bool is_second : {false, true}) {
    out += "TZif2" + std::string(15, '\0');
    for (int i = 0; i < 3; ++i) put(0, 4, out);
    put(is_second ? transitions.size() : 0, 4, out);
    put(is_second ? offsets.size() : 0, 4, out);
    put(is_second ? 4 : 0, 4, out);
  }
  for (const auto& [seconds, kind] : transitions) put(static_cast<std::uint64_t>(seconds), 8, out);
  for (const auto& [seconds, kind] : transitions) put(static_cast<std::uint64_t>(kind), 1, out);
  for (const auto offset : offsets) {
    put(static_cast<std::uint32_t>(offset), 4, out);
    put(0, 2, out);
  }
  return out + std::string{"LMT\0", 4} + "\n" + rule + "\n";
}

class TimeZoneFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "oms-zones-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    database_ = name;
    std::filesystem::create_directories(database_ / "Europe");
  }
  void TearDown() override { std::filesystem::remove_all(database_); }

  void keep(const std::string& name, const std::string& bytes) const {
    std::ofstream{database_ / name, std::ios::binary} << bytes;
  }
  Result<TimeZone> read(std::string_view name) const { return read_time_zone(name, database_); }

  std::filesystem::path database_;
};

TEST_F(TimeZoneFile, TellsTheOffsetBeforeInAndAfterItsTable) {
  const auto since = at("2020-03-29T01:00:00Z").unix_ms / 1000;
  keep("Europe/Berlin", file_of({{-2'422'054'408, 1}, {since, 2}}, {3208, 3600, 7200},
                                "CET-1CEST,M3.5.0,M10.5.0/3"));
  const auto zone = read("Europe/Berlin");
  ASSERT_TRUE(zone) << zone.error().detail;
  EXPECT_EQ(zone->name, "Europe/Berlin");
  EXPECT_EQ(zone->offset_at(at("1890-01-01T00:00:00Z")), std::chrono::seconds{3208});
  EXPECT_EQ(zone->offset_at(at("2020-03-29T00:59:59Z")), hours{1});
  EXPECT_EQ(zone->offset_at(at("2020-03-29T01:00:00Z")), hours{2});
  EXPECT_EQ(zone->offset_at(at("2020-10-25T01:00:00Z")), hours{1}) << "by the rule";
  EXPECT_EQ(zone->offset_at(at("2026-07-01T00:00:00Z")), hours{2});
  EXPECT_EQ(zone->offset_at(at("2099-12-31T00:00:00Z")), hours{1});
}

TEST_F(TimeZoneFile, UtcNeedsNoFile) {
  const auto zone = read("UTC");
  ASSERT_TRUE(zone);
  EXPECT_TRUE(zone->transitions.empty());
}

TEST_F(TimeZoneFile, RefusesWhatIsNoZone) {
  keep("short", file_of({}, {0}, "UTC0").substr(0, 60));
  keep("text", "Europe/Berlin");
  for (const auto* name : {"", "Berlin", "Europe", "../zones", "/etc/passwd", "a b"}) {
    const auto zone = read(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_THAT(zone.error().detail, HasSubstr("Europe/Berlin")) << name;
  }
  for (const auto* name : {"short", "text"}) {
    const auto zone = read(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_THAT(zone.error().detail, HasSubstr("is not a readable TZif file"));
  }
}

TEST(PosixTimeZone, ReadsTheRulesOfTheDatabase) {
  EXPECT_EQ(PosixTimeZone::parse("<+0545>-5:45")->standard, hours{5} + minutes{45});
  EXPECT_EQ(PosixTimeZone::parse("EST5EDT,M3.2.0,M11.1.0")->summer, -hours{4});
  const auto dublin = PosixTimeZone::parse("IST-1GMT0,M10.5.0,M3.5.0/1");
  ASSERT_TRUE(dublin);
  EXPECT_EQ(dublin->summer, hours{0}) << "its standard time is the summer's";
  const auto godthab = PosixTimeZone::parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  ASSERT_TRUE(godthab);
  EXPECT_EQ(godthab->transitions(2026, 2026).front().at, at("2026-03-29T01:00:00Z"));
  for (const auto* text : {"", "CET", "CET-1CEST", "CET-1CEST,J79,J263", "CET-1CEST,M3.5.0",
                           "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x"}) {
    EXPECT_FALSE(PosixTimeZone::parse(text)) << text;
  }
}

}  // namespace
}  // namespace oms::files
