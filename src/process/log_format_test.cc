#include "process/log_format.h"

#include <gtest/gtest.h>

#include "codec/json_read.h"

namespace oms::process {
namespace {

constexpr std::int64_t noon = 1'769'860'800'000;  // 2026-01-31T12:00:00Z

std::string written(LogForm form, std::string_view text, std::string_view subject = {}) {
  std::string line;
  write_log_line(
      form,
      {.unix_ms = noon, .level = "warn", .service = "payments", .text = text, .subject = subject},
      line);
  return line;
}

LogSubject whole_subject() {
  LogSubject subject{.order_id = *Id::parse("65a000000000000000000001"),
                     .failure_id = *Id::parse("65a0000000000000000000ff")};
  subject.trace.trace_id[0] = 0xab;
  subject.trace.span_id[7] = 0x01;
  return subject;
}

TEST(LogFormat, JsonIsOneObjectALine) {
  EXPECT_EQ(written(LogForm::json, "the provider says \"no\""),
            R"({"time":"2026-01-31T12:00:00.000Z","level":"warn","service":"payments",)"
            R"("message":"the provider says \"no\""})");
}

TEST(LogFormat, JsonHasWhatALineIsAboutAsMembers) {
  EXPECT_EQ(written(LogForm::json, "x", subject_text(whole_subject())),
            R"({"time":"2026-01-31T12:00:00.000Z","level":"warn","service":"payments",)"
            R"("message":"x","trace_id":"ab000000000000000000000000000000",)"
            R"("span_id":"0000000000000001","order_id":"65a000000000000000000001",)"
            R"("failure":"65a0000000000000000000ff"})");
}

TEST(LogFormat, WhatIsNotKnownIsLeftOut) {
  EXPECT_EQ(subject_text({}), "");
  LogSubject subject;
  subject.trace.trace_id[15] = 0x0f;
  EXPECT_EQ(subject_text(subject), "trace_id=0000000000000000000000000000000f");
}

TEST(LogFormat, TextIsForPeople) {
  std::string line = "before ";
  const auto level = write_log_line(LogForm::text,
                                    {.unix_ms = noon + 7,
                                     .level = "info",
                                     .service = "gateway",
                                     .text = "ready",
                                     .subject = "order_id=65a0"},
                                    line);
  EXPECT_EQ(line.substr(level.begin, level.end - level.begin), "info");
  EXPECT_NE(line.find(":00.007 info  gateway: ready  order_id=65a0"), std::string::npos) << line;
}

TEST(LogFormat, TheJournalIsToldThePriority) {
  EXPECT_EQ(written(LogForm::journal, "no answer"), "<4>payments: no answer");
}

TEST(LogFormat, WhateverATextHoldsItStaysOneLineOfUtf8) {
  const std::string text = "a\nb \xfc caf\xc3\xa9 \x7f\x1b[31m";
  for (const auto form : {LogForm::text, LogForm::json, LogForm::journal}) {
    EXPECT_NE(written(form, text).find("a?b ? caf\xc3\xa9 ??[31m"), std::string::npos);
  }
}

}  // namespace
}  // namespace oms::process
