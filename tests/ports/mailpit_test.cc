// Emails by a real server: Mailpit, over STARTTLS with a login, read back by its API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>

#include "adapters/curl/http_client.h"
#include "adapters/smtp/notifier.h"
#include "process/system_clock.h"
#include "tests/support/json_field.h"
#include "tests/support/server.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

class Mailpit : public ::testing::Test {
 protected:
  void SetUp() override {
    url_ = environment("TEST_MAILPIT");
    if (url_.empty()) GTEST_SKIP() << "it needs a server: `scripts/servers env`";
    api_.emplace(HttpClient::to(environment("TEST_MAILPIT_CONSOLE")).value());
    // No other test's order, nor one of an earlier run.
    order_ = Id::parse(to_hex_24(static_cast<std::uint64_t>(clock_.wall().unix_ms),
                                 static_cast<std::uint64_t>(::getpid()) * 1000 + ++orders_made_))
                 .value();
  }
  void TearDown() override {
    if (api_) set_chaos("{}");
  }

  static std::string to_hex_24(std::uint64_t ms, std::uint64_t rest) {
    char text[32];
    std::snprintf(text, sizeof text, "%012llx%012llx", static_cast<unsigned long long>(ms),
                  static_cast<unsigned long long>(rest));
    return text;
  }

  smtp::Settings settings(const std::string& query = "?connections=1") {
    auto read = smtp::read_settings(url_ + query, "Café Ömer <shop@shop.example>");
    if (!read) throw std::runtime_error(read.error().detail);
    read->server.password = "oms-test";
    read->server.ca_file = environment("TEST_CA");
    return *read;
  }
  void open(smtp::Settings given) {
    notifier_.reset();
    notifier_.emplace(std::move(given), clock_, [this](NoticeResult, const std::string& trouble) {
      const std::scoped_lock lock{mutex_};
      trouble_ = trouble;
    });
  }
  void open() { open(settings()); }

  NoticeToSend notice(std::string address = "ann@example.com") {
    return {.order_id = order_,
            .key = order_.text() + "-paid-email",
            .kind = NoticeKind::paid,
            .channel = Channel::email,
            .address = std::move(address),
            .name = "Zoë Ångström",
            .subject = "Order 17 is paid: Crème brûlée",
            .text = "Thank you!\n.\nIt is 2 × Crème.",
            .html = "<!doctype html><p>Thank <b>you</b>! It is 2 × Crème.</p>"};
  }
  NoticeResult send(NoticeToSend notice) {
    auto result = std::make_shared<std::promise<NoticeResult>>();
    auto future = result->get_future();
    notifier_->start(std::move(notice), [result](NoticeResult got) { result->set_value(got); });
    return future.get();
  }
  std::string trouble() {
    const std::scoped_lock lock{mutex_};
    return trouble_;
  }

  std::string get(const std::string& path) { return api_->send("GET", path).value().body; }
  void set_chaos(const std::string& triggers) {
    EXPECT_EQ(api_->send("PUT", "/api/v1/chaos", {}, triggers).value().status, 200);
  }
  // Those of this test's order, the newest first: Mailpit's ids.
  std::vector<std::string> received() {
    std::vector<std::string> ids;
    const auto text = get("/api/v1/search?limit=50&query=message-id:" + order_.text());
    const std::string_view list = text;
    for (auto at = list.find("{\"ID\":"); at != list.npos; at = list.find("{\"ID\":", at + 1)) {
      ids.push_back(field(list.substr(at), "ID"));
    }
    return ids;
  }

  std::string url_;
  std::optional<HttpClient> api_;
  process::SystemClock clock_;
  Server server_{"mailpit"};
  Id order_;
  std::mutex mutex_;
  std::string trouble_;
  std::optional<SmtpNotifier> notifier_;
  static inline std::uint64_t orders_made_ = 0;
};

TEST_F(Mailpit, ShowsTheTextThePageAndTheHead) {
  open();
  ASSERT_EQ(send(notice()), NoticeResult::sent) << trouble();
  const auto ids = received();
  ASSERT_EQ(ids.size(), 1U);
  const auto shown = get("/api/v1/message/" + ids[0]);
  EXPECT_EQ(field(shown, "MessageID"), order_.text() + "-paid-email@shop.example");
  EXPECT_EQ(field(shown, "Subject"), "Order 17 is paid: Crème brûlée");
  EXPECT_THAT(shown, HasSubstr(R"("From":{"Name":"Café Ömer","Address":"shop@shop.example"})"));
  EXPECT_THAT(shown, HasSubstr(R"("To":[{"Name":"Zoë Ångström","Address":"ann@example.com"}])"));
  EXPECT_THAT(shown, HasSubstr(R"("Text":"Thank you!\r\n.\r\nIt is 2 × Crème.)"));
  EXPECT_THAT(get("/view/" + ids[0] + ".html"), HasSubstr("<b>you</b>! It is 2 × Crème."));
  const auto raw = get("/api/v1/message/" + ids[0] + "/raw");
  EXPECT_THAT(raw, HasSubstr("Auto-Submitted: auto-generated\r\n"));
}

TEST_F(Mailpit, GetsTheSameMessageIdAgain) {
  open();
  ASSERT_EQ(send(notice()), NoticeResult::sent) << trouble();
  auto again = notice();
  again.attempt = 2;
  ASSERT_EQ(send(std::move(again)), NoticeResult::sent) << trouble();
  const auto ids = received();
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(field(get("/api/v1/message/" + ids[0]), "MessageID"),
            field(get("/api/v1/message/" + ids[1]), "MessageID"));
}

TEST_F(Mailpit, TakesTwoMailsOverOneConnection) {
  open();
  ASSERT_EQ(send(notice()), NoticeResult::sent) << trouble();
  ASSERT_EQ(send(notice("bob@example.com")), NoticeResult::sent) << trouble();
  EXPECT_EQ(notifier_->connections_made(), 1U);
}

TEST_F(Mailpit, TakesAnInternationalAddress) {
  open();
  ASSERT_EQ(send(notice("zoë@exämple.com")), NoticeResult::sent) << trouble();
  const auto ids = received();
  ASSERT_EQ(ids.size(), 1U);
  EXPECT_THAT(get("/api/v1/message/" + ids[0]), HasSubstr(R"("Address":"zoë@ex)"));
}

TEST_F(Mailpit, IsNotSentToWithAWrongPassword) {
  auto wrong = settings();
  wrong.server.password = "guessed";
  open(wrong);
  EXPECT_EQ(send(notice()), NoticeResult::failed) << "it goes out once the password is right";
  EXPECT_THAT(trouble(), AllOf(HasSubstr("does not take our login (535"),
                               HasSubstr("OMS_SMTP_PASSWORD"), Not(HasSubstr("guessed"))));
  wrong.server.user.clear();
  open(wrong);
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  EXPECT_THAT(trouble(), HasSubstr("does not take our login (530"));
  EXPECT_THAT(received(), ::testing::IsEmpty());
}

TEST_F(Mailpit, IsNotSentToWithoutTrust) {
  auto plain = settings();
  plain.server.security = curl::SmtpServer::Security::none;
  open(plain);
  EXPECT_EQ(send(notice()), NoticeResult::failed) << "the server wants STARTTLS";
  auto stranger = settings();
  stranger.server.ca_file.clear();  // the system knows no such CA
  open(stranger);
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  EXPECT_THAT(trouble(), HasSubstr("cannot be trusted"));
  auto elsewhere = settings();
  elsewhere.server.host = "[::ffff:127.0.0.1]";  // which the certificate does not name
  open(elsewhere);
  EXPECT_EQ(send(notice()), NoticeResult::failed);
  EXPECT_THAT(trouble(), HasSubstr("cannot be trusted"));
  EXPECT_THAT(received(), ::testing::IsEmpty());
}

TEST_F(Mailpit, TellsForNowFromForGood) {
  server_.have_alone();
  open();
  for (const auto& [trigger, code] : {std::pair{"Sender", 451},
                                      {"Recipient", 451},
                                      {"Authentication", 454},
                                      {"Recipient", 550},
                                      {"Sender", 550},
                                      {"Authentication", 535}}) {
    open();  // a new connection, so that the login is asked for
    set_chaos(std::string{R"({")"} + trigger + R"(":{"ErrorCode":)" + std::to_string(code) +
              R"(,"Probability":100}})");
    const bool is_for_good = code == 550;
    EXPECT_EQ(send(notice()), is_for_good ? NoticeResult::refused : NoticeResult::failed)
        << trigger << " " << code;
    EXPECT_THAT(trouble(), AllOf(HasSubstr(std::to_string(code)), Not(HasSubstr("ann@"))));
  }
  set_chaos("{}");
  EXPECT_EQ(send(notice()), NoticeResult::sent) << trouble();
}

}  // namespace
}  // namespace oms::testing
