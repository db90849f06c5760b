// The Twilio adapter against a server of the test's own that speaks its API: that checks the login
// and the form, keeps messages, lists them, fails as it is told, and reports.
#include "adapters/twilio/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <mutex>
#include <optional>

#include "adapters/http/test_server.h"
#include "adapters/twilio/status_callback.h"
#include "edge/query_string.h"
#include "process/international_sms.h"
#include "process/notice_reports.h"
#include "process/side_door.h"

namespace oms::process {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* login = "Basic QUMxOnRva2Vu";  // AC1:token
constexpr const char* path = "/2010-04-01/Accounts/AC1/Messages.json";

class FakeTwilio {
 public:
  struct Sent {
    std::string to;
    std::string from;
    std::string body;
    std::string callback;
  };

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<Sent> sent() const {
    const std::scoped_lock lock{mutex_};
    return sent_;
  }
  // The next POST is answered so; 0: it is kept, and its answer is lost.
  void fail_next(int status, std::string body = "{}") {
    const std::scoped_lock lock{mutex_};
    next_ = {status, std::move(body)};
  }
  std::string url_listed() const {
    const std::scoped_lock lock{mutex_};
    return listed_;
  }

 private:
  void answer(const HttpRequest& request, HttpExchange exchange) {
    const std::scoped_lock lock{mutex_};
    if (request.header("authorization") != login || request.path != path) {
      return exchange.answer({.status = 401, .body = R"({"code":20003})"});
    }
    if (request.method == "GET") {
      listed_ = request.query;
      return exchange.answer({.body = list()});
    }
    const auto form = edge::read_parameters(
        request.body, {"To", "From", "MessagingServiceSid", "Body", "StatusCallback"});
    const auto field = [&](std::string_view name) {
      const auto* found = form ? form->find(name) : nullptr;
      return found != nullptr ? *found : std::string{};
    };
    const bool is_form = request.header("content-type") == "application/x-www-form-urlencoded";
    if (!is_form || field("To").empty() || field("Body").empty()) {
      return exchange.answer({.status = 400, .body = R"({"code":21604})"});
    }
    const auto next = std::exchange(next_, std::nullopt);
    if (next && next->first != 0) {
      return exchange.answer({.status = next->first, .body = next->second});
    }
    sent_.push_back({field("To"), field("From"), field("Body"), field("StatusCallback")});
    if (next) return;  // the exchange is dropped, and its connection with it
    exchange.answer({.status = 201, .body = R"({"sid":"SM1","status":"queued"})"});
  }
  std::string list() const {
    std::string text = R"({"messages":[)";
    for (const auto& one : sent_) {
      if (!text.ends_with('[')) text += ',';
      text += R"({"body":")" + one.body +
              R"(","status":"queued","date_created":"Fri, 24 May 2199 17:44:46 +0000"})";
    }
    return text + "]}";
  }

  mutable std::mutex mutex_;
  std::vector<Sent> sent_;
  std::optional<std::pair<int, std::string>> next_;
  std::string listed_;
  TestServer server_{[this](const HttpRequest& request, HttpExchange exchange) {
    answer(request, std::move(exchange));
  }};
};

class Twilio : public testing::Test {
 protected:
  void open(std::string token = "token") {
    twilio::Settings settings{.account = "AC1",
                              .token = std::move(token),
                              .url = fake_.url(),
                              .from = "+15551234567",
                              .status_url = "https://shop.example/sms/status"};
    settings.call_timeout = Duration{1'000};
    notifier_.emplace(settings,
                      [this](NoticeResult, const std::string& trouble) { trouble_ = trouble; });
  }
  void SetUp() override { open(); }

  NoticeToSend notice(std::string number = "+4915112345678", std::int32_t attempt = 1) {
    return {.order_id = Id{Id::Bytes{0x66, 1}},
            .key = "k-ready-sms",
            .kind = NoticeKind::ready,
            .channel = Channel::sms,
            .address = std::move(number),
            .subject = "Order 17 is ready",
            .text = "Come and get it.",
            .attempt = attempt};
  }
  static NoticeResult send(Notifier& by, NoticeToSend notice) {
    std::promise<NoticeResult> result;
    by.start(std::move(notice), [&result](NoticeResult got) { result.set_value(got); });
    return result.get_future().get();
  }
  NoticeResult send(NoticeToSend notice) { return send(*notifier_, std::move(notice)); }

  FakeTwilio fake_;
  std::string trouble_;  // written before the result is there
  std::optional<TwilioNotifier> notifier_;
};

TEST_F(Twilio, TakesAMessage) {
  ASSERT_EQ(send(notice()), NoticeResult::sent) << trouble_;
  const auto sent = fake_.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].to, "+4915112345678");
  EXPECT_EQ(sent[0].from, "+15551234567");
  EXPECT_EQ(sent[0].body, "Order 17 is ready. Come and get it.");
  EXPECT_EQ(sent[0].callback,
            "https://shop.example/sms/status?order=" + notice().order_id.text() + "&kind=ready");
  EXPECT_EQ(fake_.url_listed(), "") << "a first try asks nothing";
}

TEST_F(Twilio, IsNotSentTwiceWhereItsAnswerWasLost) {
  fake_.fail_next(0);
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  EXPECT_THAT(trouble_, HasSubstr("tried again"));
  EXPECT_EQ(send(notice("+4915112345678", 2)), NoticeResult::sent) << trouble_;
  EXPECT_EQ(fake_.sent().size(), 1U);
  EXPECT_THAT(fake_.url_listed(), HasSubstr("To=%2B4915112345678"));
}

TEST_F(Twilio, IsSentAgainWhereItWasNotTaken) {
  fake_.fail_next(503);
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  EXPECT_EQ(send(notice("+4915112345678", 2)), NoticeResult::sent) << trouble_;
  EXPECT_EQ(fake_.sent().size(), 1U);
}

TEST_F(Twilio, TellsForNowFromForGood) {
  fake_.fail_next(429, R"({"code":20429})");
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  fake_.fail_next(400, R"({"code":21211,"message":"+4915112345678 is not valid"})");
  EXPECT_EQ(send(notice()), NoticeResult::refused);
  EXPECT_THAT(trouble_, AllOf(HasSubstr("21211"), Not(HasSubstr("+49"))));
  open("guessed");
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  EXPECT_THAT(trouble_, AllOf(HasSubstr("401"), HasSubstr("OMS_TWILIO_AUTH_TOKEN"),
                              Not(HasSubstr("guessed"))));
  EXPECT_EQ(send(notice("+4915112345678", 2)), NoticeResult::failed) << "it cannot be looked up";
  EXPECT_THAT(fake_.sent(), IsEmpty());
}

TEST_F(Twilio, TakesNumbersWithTheirCountryAlone) {
  EXPECT_EQ(send(notice("015112345678")), NoticeResult::refused);
  EXPECT_EQ(send(notice("+49151")), NoticeResult::refused);
  EXPECT_THAT(fake_.sent(), IsEmpty());
  InternationalSms german{*notifier_, "+49"};
  EXPECT_EQ(send(german, notice("0151 / 123-456.78")), NoticeResult::sent) << trouble_;
  EXPECT_EQ(send(german, notice("0043 (0)664 1234567")), NoticeResult::sent) << trouble_;
  InternationalSms nowhere{*notifier_, ""};
  EXPECT_EQ(send(nowhere, notice("015112345678")), NoticeResult::refused);
  std::vector<std::string> numbers;
  for (const auto& one : fake_.sent()) numbers.push_back(one.to);
  EXPECT_THAT(numbers, ElementsAre("+4915112345678", "+436641234567"));
}

TEST_F(Twilio, TellsThatItIsNotThere) {
  twilio::Settings settings{.account = "AC1", .token = "token", .url = "http://127.0.0.1:1"};
  TwilioNotifier nobody{settings,
                        [this](NoticeResult, const std::string& trouble) { trouble_ = trouble; }};
  EXPECT_EQ(send(nobody, notice()), NoticeResult::failed);
  EXPECT_THAT(trouble_, HasSubstr("Connection refused"));
}

// Takes what is submitted, and answers as it is told.
class KeptCommands final : public Commands {
 public:
  void submit(Message message, Lane, Respond respond) override {
    submitted.push_back(std::move(message));
    respond(answer);
  }
  std::vector<Message> submitted;
  Result<Record> answer;
};

class Reports : public testing::Test {
 protected:
  HttpResponse post(HttpRequest request) {
    HttpResponse answer{.status = 0};
    reports_.take(request, [&answer](HttpResponse given) { answer = std::move(given); });
    return answer;
  }
  HttpRequest report(const std::string& status) {
    HttpRequest request{.method = "POST",
                        .path = std::string{notice_report_path},
                        .query = "order=" + Id{Id::Bytes{0x66, 1}}.text() + "&kind=ready",
                        .body = "MessageStatus=" + status};
    request.headers.emplace_back(
        "x-twilio-signature",
        twilio::sign("token", settings_.status_url + "?" + request.query, request.body));
    return request;
  }

  const twilio::Settings settings_{
      .account = "AC1", .token = "token", .status_url = "https://shop.example/sms/status"};
  KeptCommands commands_;
  NoticeReports reports_{[this](const HttpRequest& request) {
                           return twilio::read_status_callback(settings_,
                                                               request.header("x-twilio-signature"),
                                                               request.query, request.body);
                         },
                         commands_};
};

TEST_F(Reports, AreDecidedBeforeTheyAreAnswered) {
  EXPECT_EQ(post(report("delivered")).status, 204);
  ASSERT_EQ(commands_.submitted.size(), 1U);
  EXPECT_EQ(std::get<NoticeOutcome>(commands_.submitted[0].payload).result,
            NoticeResult::delivered);
  commands_.answer = fail(ErrorKind::unavailable, "full");
  EXPECT_EQ(post(report("undelivered")).status, 503);
}

TEST_F(Reports, ThatSayNothingNewAreNotDecided) {
  EXPECT_EQ(post(report("sending")).status, 204);
  EXPECT_THAT(commands_.submitted, IsEmpty());
}

TEST_F(Reports, AreTakenFromTheCarrierAlone) {
  auto forged = report("delivered");
  forged.body = "MessageStatus=failed";
  EXPECT_EQ(post(forged).status, 401);
  auto asked = report("delivered");
  asked.method = "GET";
  EXPECT_EQ(post(asked).status, 405);
  EXPECT_THAT(commands_.submitted, IsEmpty());
}

TEST_F(Reports, ComeInByTheDoorForWebhooks) {
  const auto handle = webhooks_to(nullptr, &reports_);
  int status = 0;
  handle(report("delivered"), [&status](const HttpResponse& answer) { status = answer.status; });
  EXPECT_EQ(status, 204);
  auto elsewhere = report("delivered");
  elsewhere.path = "/webhook";
  handle(elsewhere, [&status](const HttpResponse& answer) { status = answer.status; });
  EXPECT_EQ(status, 404);
}

}  // namespace
}  // namespace oms::process
