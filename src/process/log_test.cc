#include "process/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace oms::process {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

LogLevel level_in(const LogLevels& levels, std::string_view service) {
  const auto it = std::ranges::find(levels.levels, service, &ServiceLogLevel::service);
  EXPECT_NE(it, levels.levels.end()) << service;
  return it->level;
}

// Each test has the log to itself, and leaves it as it was.
class LogTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(set_log_levels(*read_log_levels("info"))); }

  // What is on standard error once the log has ended.
  template <class Do>
  std::string written(const Settings& settings, Do act) {
    ::testing::internal::CaptureStderr();
    {
      const auto log = Log::open(settings);
      EXPECT_TRUE(log);
      act();
    }
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, LevelsAreForAllAndForSingleServices) {
  const auto levels = read_log_levels("warn,payments=debug,gateway=off");
  ASSERT_TRUE(levels);
  EXPECT_EQ(level_in(*levels, "payments"), LogLevel::debug);
  EXPECT_EQ(level_in(*levels, "gateway"), LogLevel::off);
  EXPECT_EQ(level_in(*levels, "kitchen"), LogLevel::warn);
  EXPECT_EQ(level_in(*read_log_levels("payments=debug"), "kitchen"), LogLevel::info);
}

TEST_F(LogTest, WhatIsNoLevelIsRefusedByName) {
  EXPECT_THAT(read_log_levels("loud").error().detail,
              AllOf(HasSubstr("\"loud\""), HasSubstr("debug, info, warn, error, off")));
  EXPECT_THAT(read_log_levels("waiter=info").error().detail,
              AllOf(HasSubstr("\"waiter\""), HasSubstr("kitchen")));
  EXPECT_EQ(read_log_levels("payments=").error().kind, ErrorKind::invalid);
}

TEST_F(LogTest, LinesBelowTheirServicesLevelAreNotWritten) {
  const auto text = written({.log = "json", .log_level = "warn,kitchen=debug"}, [] {
    EXPECT_FALSE(is_told(LogLevel::info, "payments"));
    EXPECT_TRUE(is_told(LogLevel::debug, "kitchen"));
    tell(LogLevel::info, "payments", "not this");
    tell(LogLevel::debug, "kitchen", "the oven is hot",
         {.order_id = *Id::parse("65a000000000000000000001")});
    warns_of("payments")("slow");
  });
  EXPECT_THAT(text, HasSubstr(R"("level":"debug","service":"kitchen","message":"the oven is hot",)"
                              R"("order_id":"65a000000000000000000001"})"
                              "\n"));
  EXPECT_THAT(text, HasSubstr(R"("level":"warn","service":"payments","message":"slow"})"));
  EXPECT_THAT(text, Not(HasSubstr("not this")));
}

TEST_F(LogTest, LevelsChangeWhileItIsOpen) {
  const auto text = written({.log = "json"}, [] {
    tell(LogLevel::debug, "stock", "before");
    EXPECT_TRUE(set_log_levels({{{.service = "stock", .level = LogLevel::debug}}}));
    tell(LogLevel::debug, "stock", "after");
    EXPECT_EQ(level_in(log_levels(), "stock"), LogLevel::debug);
    EXPECT_EQ(level_in(log_levels(), "orders"), LogLevel::info);
  });
  EXPECT_THAT(text, HasSubstr("after"));
  EXPECT_THAT(text, Not(HasSubstr("before")));
}

TEST_F(LogTest, OfSeveralLevelsNoneChangesWhereOneCannot) {
  const auto set = set_log_levels({{{.service = "stock", .level = LogLevel::debug},
                                    {.service = "waiter", .level = LogLevel::debug}}});
  EXPECT_THAT(set.error().detail, HasSubstr("waiter"));
  EXPECT_EQ(level_in(log_levels(), "stock"), LogLevel::info);
}

TEST_F(LogTest, ATextCannotPretendToBeAField) {
  const auto text = written({.log = "json"}, [] {
    tell(LogLevel::warn, "payments", "x order_id=65a0 \",\"order_id\":\"65a0");
  });
  EXPECT_THAT(text, HasSubstr(R"("message":"x order_id=65a0 \",\"order_id\":\"65a0"})"));
}

TEST_F(LogTest, WhatWaitsIsWrittenAtTheEndAndWhatHadToGoIsCounted) {
  constexpr int threads = 4;
  constexpr int each = 5000;
  std::uint64_t dropped = 0;
  const auto text = written({.log = "json"}, [&] {
    std::vector<std::jthread> all;
    for (int n = 0; n < threads; ++n) {
      all.emplace_back([] {
        for (int i = 0; i < each; ++i) tell(LogLevel::info, "orders", "line");
      });
    }
    all.clear();
    dropped = dropped_log_lines();
  });
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  EXPECT_EQ(lines + dropped, std::uint64_t{threads} * each);
}

TEST_F(LogTest, IsPlainTextWhereNobodySaysOtherwise) {
  const auto text = written({}, [] { tell(LogLevel::warn, "payments", "slow"); });
  EXPECT_THAT(text, HasSubstr(" warn  payments: slow\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace oms::process
