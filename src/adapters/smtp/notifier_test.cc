// What the mail server says, and what it comes to. A real one is in tests/ports/mailpit_test.cc.
#include "adapters/smtp/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <optional>

#include "adapters/smtp/scripted_server.h"

namespace oms::smtp {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class FixedClock final : public Clock {
 public:
  Time now() override { return Time{1'795'253'400'000}; }
  Time wall() override { return now(); }
};

class Smtp : public testing::Test {
 protected:
  void open(curl::SmtpServer::Security security = curl::SmtpServer::Security::none) {
    Settings settings{.server = {.host = "127.0.0.1", .port = server_.port()},
                      .options = {.connections = 1, .timeout = Duration{1'500}},
                      .sender = *mail::read_sender("Shop <shop@shop.example>")};
    settings.server.security = security;
    notifier_.reset();
    notifier_.emplace(settings, clock_,
                      [this](NoticeResult, const std::string& trouble) { trouble_ = trouble; });
  }
  NoticeResult send(std::string address = "ann@example.com", Channel channel = Channel::email) {
    std::promise<NoticeResult> result;
    notifier_->start({.key = "65a0-paid-email",
                      .channel = channel,
                      .address = std::move(address),
                      .subject = "Order 1 is paid",
                      .text = "Thank you."},
                     [&result](NoticeResult got) { result.set_value(got); });
    return result.get_future().get();
  }

  FixedClock clock_;
  ScriptedServer server_;
  std::string trouble_;  // written before the result is there
  std::optional<SmtpNotifier> notifier_;
};

TEST_F(Smtp, HandsTheMailOver) {
  open();
  ASSERT_EQ(send(), NoticeResult::sent) << trouble_;
  EXPECT_EQ(trouble_, "");
  EXPECT_THAT(server_.lines(),
              AllOf(Contains(StartsWith("MAIL FROM:<shop@shop.example>")),
                    Contains("RCPT TO:<ann@example.com>"), Contains("To: ann@example.com"),
                    Contains("From: Shop <shop@shop.example>"),
                    Contains("Message-ID: <65a0-paid-email@shop.example>"), Contains("Thank you."),
                    Contains(".")));
}

TEST_F(Smtp, TellsForNowFromForGood) {
  struct Case {
    const char* command;
    const char* answer;
    NoticeResult result;
    const char* trouble;
  };
  using enum NoticeResult;
  for (const auto& [command, answer, result, trouble] :
       {Case{"GREETING", "421 4.3.2 busy", failed, "421 4.3.2"},
        Case{"GREETING", "554 not you", failed, "554"},
        Case{"MAIL", "451 4.3.0 later", failed, "451 4.3.0"},
        Case{"MAIL", "530 5.7.0 authentication required", failed, "our login (530 5.7.0)"},
        Case{"RCPT", "450 4.2.1 <ann@example.com> is full", failed, "450 4.2.1"},
        Case{"RCPT", "550 5.1.1 <ann@example.com> is unknown", refused, "550 5.1.1"},
        Case{"DATA", "452 later", failed, "452"}, Case{"DATA", "554 no", refused, "554"},
        Case{".", "451 later", failed, "451"}, Case{".", "554 5.7.1 spam", refused, "554 5.7.1"},
        Case{".", "close", failed, "mails now"}, Case{".", "silence", failed, "too long"},
        Case{"RCPT", "close", failed, "mails now"}}) {
    open();
    server_.answer(command, answer);
    EXPECT_EQ(send(), result) << command << ": " << answer;
    EXPECT_THAT(trouble_, AllOf(HasSubstr(trouble), Not(HasSubstr("ann@")))) << answer;
    notifier_.reset();  // its QUIT is answered as usual
    const auto usual = std::string{command} == "GREETING" ? "220 test ESMTP"
                       : std::string{command} == "DATA"   ? "354 go ahead"
                                                          : "250 ok";
    server_.answer(command, usual);
  }
  open();
  EXPECT_EQ(send(), sent) << trouble_;
}

TEST_F(Smtp, GivesNothingToAServerWithoutTls) {
  open(curl::SmtpServer::Security::starttls);
  EXPECT_EQ(send(), NoticeResult::failed);
  EXPECT_THAT(trouble_, HasSubstr("cannot be trusted"));
  EXPECT_THAT(server_.lines(), Not(Contains(StartsWith("MAIL"))));
}

TEST_F(Smtp, WritesToInternationalAddressesWhereTheServerDoes) {
  server_.answer("EHLO", "250-test\r\n250 8BITMIME");
  open();
  EXPECT_EQ(send(), NoticeResult::sent) << trouble_;
  EXPECT_EQ(send("zoë@example.com"), NoticeResult::refused);
  EXPECT_THAT(trouble_, AllOf(HasSubstr("SMTPUTF8"), Not(HasSubstr("zoë"))));
  EXPECT_EQ(send("ann@bücher.example"), NoticeResult::refused);
  EXPECT_THAT(server_.lines(), Not(Contains(HasSubstr("zoë"))));
  server_.answer("EHLO", "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8");
  EXPECT_EQ(send("zoë@example.com"), NoticeResult::sent) << trouble_;
  EXPECT_THAT(server_.lines(), AllOf(Contains("RCPT TO:<zoë@example.com>"),
                                     Contains(AllOf(StartsWith("MAIL"), HasSubstr("SMTPUTF8")))));
}

TEST_F(Smtp, KeepsItsConnection) {
  open();
  ASSERT_EQ(send(), NoticeResult::sent) << trouble_;
  ASSERT_EQ(send("bob@example.com"), NoticeResult::sent) << trouble_;
  EXPECT_EQ(server_.connections(), 1);
  EXPECT_EQ(notifier_->connections_made(), 1U);
}

TEST_F(Smtp, RefusesWhatIsNoEmail) {
  open();
  EXPECT_EQ(send("ann"), NoticeResult::refused);
  EXPECT_EQ(send("a@b.c\r\nRCPT TO:<x@y.z>"), NoticeResult::refused);
  EXPECT_EQ(send("+4915112345", Channel::sms), NoticeResult::refused);
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(Smtp, EndsWhileAMailIsUnderWay) {
  server_.answer("RCPT", "silence");
  open();
  std::promise<NoticeResult> result;
  notifier_->start({.key = "k", .channel = Channel::email, .address = "ann@example.com"},
                   [&result](NoticeResult got) { result.set_value(got); });
  notifier_.reset();
  EXPECT_EQ(result.get_future().get(), NoticeResult::failed);
}

TEST_F(Smtp, TellsThatNobodyIsThere) {
  Settings settings{.server = {.host = "127.0.0.1", .port = 1},
                    .options = {.connections = 1},
                    .sender = *mail::read_sender("shop@shop.example")};
  notifier_.emplace(settings, clock_,
                    [this](NoticeResult, const std::string& trouble) { trouble_ = trouble; });
  EXPECT_EQ(send(), NoticeResult::failed);
  EXPECT_THAT(trouble_, HasSubstr("cannot connect: Connection refused"));
}

TEST_F(Smtp, BelievesThatTheClientGivesUpFirst) {
  open();
  EXPECT_EQ(notifier_->limits().in_flight_max, 1U);
  EXPECT_GT(notifier_->limits().deadline, Duration{1'500});
}

}  // namespace
}  // namespace oms::smtp
