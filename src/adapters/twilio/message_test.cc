#include "adapters/twilio/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace oms::twilio {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const Id order{Id::Bytes{0x66, 1}};

NoticeToSend notice() {
  return {.order_id = order,
          .key = "k-paid-sms",
          .kind = NoticeKind::ready,
          .channel = Channel::sms,
          .address = "+4915112345678",
          .subject = "Order 17 is ready",
          .text = "Come & get it: 2 × Käse."};
}

TEST(E164, IsAPlusAndUpToFifteenDigits) {
  for (const auto* good : {"+4915112345678", "+15551234567", "+290123456", "+123456789012345"}) {
    EXPECT_TRUE(is_e164(good)) << good;
  }
  for (const auto* bad : {"", "+", "015112345678", "+0491511234567", "+49 151 12345678", "+49151",
                          "+1234567890123456", "4915112345678", "+49151abc5678", "++4915112345"}) {
    EXPECT_FALSE(is_e164(bad)) << bad;
  }
}

TEST(TwilioForm, HasNumberSenderTextAndCallback) {
  Settings settings{.account = "AC1", .token = "t", .from = "+15551234567"};
  EXPECT_EQ(form_of(notice(), settings),
            "To=%2B4915112345678&From=%2B15551234567&Body=Order%2017%20is%20ready.%20Come%20%26%20"
            "get%20it%3A%202%20%C3%97%20K%C3%A4se.");
  settings.from.clear();
  settings.service = "MG1";
  settings.status_url = "https://shop.example/sms/status";
  EXPECT_THAT(
      form_of(notice(), settings),
      AllOf(HasSubstr("&MessagingServiceSid=MG1&Body="),
            EndsWith("&StatusCallback=https%3A%2F%2Fshop.example%2Fsms%2Fstatus%3Forder%3D" +
                     order.text() + "%26kind%3Dready"),
            Not(HasSubstr("From="))));
}

TEST(TwilioBody, HasAtMost1600Characters) {
  const auto units = [](std::string_view text) {
    return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
  };
  auto long_notice = notice();
  long_notice.text = std::string(1'600 - notice().subject.size() - 2, 'x');
  EXPECT_EQ(body_of(long_notice).size(), 1'600U) << "it just fits";
  long_notice.text += "ä";
  EXPECT_EQ(units(body_of(long_notice)), 1'600);
  EXPECT_TRUE(body_of(long_notice).ends_with("x…"));
  long_notice.text.clear();
  for (int i = 0; i < 2'000; ++i) long_notice.text += "ä";
  EXPECT_EQ(units(body_of(long_notice)), 1'600);
  EXPECT_TRUE(body_of(long_notice).ends_with("ä…")) << "no character is cut";
}

TEST(TwilioAnswer, TellsForNowFromForGoodAndTheOperatorsPart) {
  const auto outcome = [](int status, int code = 0) {
    const auto text = code == 0 ? std::string{"<html>"}
                                : R"({"code":)" + std::to_string(code) +
                                      R"(,"message":"The number +4915112345678 …","status":400})";
    return outcome_of({.status = status, .body = text}, "k-paid-sms");
  };
  using enum NoticeResult;
  EXPECT_EQ(outcome(201).result, sent);
  EXPECT_EQ(outcome(201).trouble, "");
  EXPECT_EQ(outcome(400, 21211).result, refused);
  EXPECT_EQ(outcome(400, 21211).trouble,
            "Twilio answers 400, error 21211 to k-paid-sms, which cannot be sent, see "
            "https://www.twilio.com/docs/api/errors/21211");
  EXPECT_EQ(outcome(400, 21610).result, refused) << "the customer has said STOP";
  EXPECT_EQ(outcome(400, 21606).result, failed) << "the sender is not ours";
  for (const auto& [status, code] : {std::pair{401, 20003}, {403, 20005}, {404, 20404}}) {
    EXPECT_EQ(outcome(status, code).result, failed) << status;
    EXPECT_THAT(outcome(status, code).trouble, HasSubstr("OMS_TWILIO_AUTH_TOKEN"));
  }
  for (const int status : {429, 500, 503}) EXPECT_EQ(outcome(status).result, failed) << status;
  EXPECT_THAT(outcome(400, 21211).trouble, Not(HasSubstr("+49")));
}

TEST(TwilioList, HasWhatWasSentSinceTheOrderWasMade) {
  const auto has = [](std::string body, std::string status, std::string created) {
    return has_sent(R"({"messages":[{"sid":"SM0","body":null,"status":"sent","price":null},
                        {"sid":"SM1","body":")" +
                        body + R"(","status":")" + status + R"(","date_created":")" + created +
                        R"("}],"page":0})",
                    notice())
        .value();
  };
  // The order was made at Thu, 04 Apr 2024 12:16:16 UTC or so.
  const auto made = made_at(order);
  ASSERT_GT(made, parse_time("2024-01-01T00:00:00Z").value());
  const std::string after = "Fri, 24 May 2034 17:44:46 +0000";
  const std::string before = "Mon, 01 Jan 2024 00:00:00 +0000";
  const auto body = body_of(notice());
  EXPECT_TRUE(has(body, "queued", after));
  EXPECT_TRUE(has(body, "delivered", after));
  EXPECT_FALSE(has(body, "delivered", before)) << "an earlier order of the same number";
  EXPECT_FALSE(has(body, "failed", after));
  EXPECT_FALSE(has("Order 18 is ready", "delivered", after));
  EXPECT_FALSE(has(body, "delivered", "yesterday"));
  EXPECT_FALSE(has_sent("<html>", notice()));
}

TEST(TwilioSettings, ReadAUrl) {
  const auto read = read_settings(
      "twilio://AC0123456789abcdef?from=+15551234567&status=https://shop.example/sms/status");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->account, "AC0123456789abcdef");
  EXPECT_EQ(read->from, "+15551234567");
  EXPECT_EQ(read->status_url, "https://shop.example/sms/status");
  EXPECT_EQ(read_settings("twilio://AC1?service=MG1")->service, "MG1");
  for (const auto* bad :
       {"twilio://", "twilio://AC1", "twilio://XX1?from=+1555", "twilio://AC1?from=+1555&service=M",
        "twilio://AC1?from=+1555&status=shop.example", "twilio://AC1?from=+1555&what=1",
        "twilio://AC1?from=+1555&status=https://shop.example/?a=b", "sms://AC1?from=+1555"}) {
    EXPECT_FALSE(read_settings(bad)) << bad;
  }
  EXPECT_THAT(read_settings("twilio://AC1:secret@api?from=+1555").error().detail,
              AllOf(HasSubstr("OMS_TWILIO_AUTH_TOKEN"), Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace oms::twilio
