// /api/admin/log-levels.
#include "edge/log_levels_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json_names.h"
#include "edge/samples.h"
#include "messages/common.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string path = "/api/admin/log-levels";

Plan change(std::string body) {
  return Request{"PATCH", path, std::move(body)}.by_operator().plan();
}
HttpResponse refusal(std::string body) {
  return Request{"PATCH", path, std::move(body)}.by_operator().answer();
}

TEST(LogLevels, AreForOperators) {
  EXPECT_EQ(Request("GET", path).answer().status, 401);
  EXPECT_EQ(Request("PATCH", path, R"({"stock":"debug"})").answer().status, 401);
}

TEST(LogLevels, AreShownWithoutARecordOfIt) {
  const auto plan = Request{"GET", path}.by_operator().plan();
  const auto& wanted = std::get<HandleLogLevels>(plan);
  EXPECT_FALSE(wanted.note);
  EXPECT_TRUE(wanted.wanted.levels.empty());
}

TEST(LogLevels, AChangeGoesOnRecord) {
  const auto plan = change(R"({"payments":"debug","gateway":"off"})");
  const auto& wanted = std::get<HandleLogLevels>(plan);
  EXPECT_THAT(wanted.wanted.levels, ElementsAre(ServiceLogLevel{"gateway", LogLevel::off},
                                                ServiceLogLevel{"payments", LogLevel::debug}));
  ASSERT_TRUE(wanted.note);
  EXPECT_EQ(std::get<NoteAction>(wanted.note->payload).action,
            "Set log levels: gateway=off payments=debug");
}

TEST(LogLevels, CanBeChangedOfEachService) {
  for (const auto& [service, name] : json::enumerators<ServiceName>) {
    if (service < ServiceName::orders) continue;
    const auto plan = change("{\"" + std::string{name} + "\":\"warn\"}");
    EXPECT_EQ(std::get<HandleLogLevels>(plan).wanted.levels.size(), 1U) << name;
  }
}

TEST(LogLevels, WhatCannotBeIsRefused) {
  EXPECT_EQ(refusal(R"({"payments":"loud"})").status, 400);
  EXPECT_EQ(refusal(R"({"payments":null})").status, 400);
  EXPECT_EQ(refusal(R"({"waiter":"debug"})").status, 400);
  EXPECT_EQ(refusal("[]").status, 400);
  EXPECT_THAT(refusal("{}").body, HasSubstr("payments"));
}

TEST(LogLevels, AreAnsweredServiceByService) {
  const GatheredLogLevels gathered{.levels = {{{.service = "gateway", .level = LogLevel::info},
                                               {.service = "stock", .level = LogLevel::debug}}},
                                   .unreached = {"10.0.0.1:2003"}};
  EXPECT_EQ(log_levels(gathered).body,
            R"({"levels":{"gateway":"info","stock":"debug"},"unreached":["10.0.0.1:2003"]})");
}

}  // namespace
}  // namespace oms::edge
