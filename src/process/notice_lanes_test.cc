// Emails that do not get through, beside SMS that do, each by what really sends it.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "adapters/http/test_server.h"
#include "adapters/smtp/notifier.h"
#include "adapters/twilio/notifier.h"
#include "process/system_clock.h"
#include "runtime/effects.h"

namespace oms::process {
namespace {

using namespace std::chrono_literals;

// Takes connections, and says nothing: not even the 220 that a client waits for.
class SilentMailServer {
 public:
  SilentMailServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, general, size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    EXPECT_EQ(::getsockname(listener_, general, &size), 0);
    port = ntohs(address.sin_port);
  }
  ~SilentMailServer() { ::close(listener_); }
  SilentMailServer(const SilentMailServer&) = delete;
  SilentMailServer& operator=(const SilentMailServer&) = delete;

  int port = 0;

 private:
  const int listener_;
};

TEST(NoticeLanes, SendSmsWhileEmailsWait) {
  constexpr int notices = 100;
  const SilentMailServer mail_server;
  TestServer carrier{[](const HttpRequest&, HttpExchange exchange) {
    exchange.answer({.status = 201, .body = R"({"sid":"SM1"})"});
  }};
  SystemClock clock;
  const auto report = [](NoticeResult, const std::string&) {};
  SmtpNotifier email{{.server = {.host = "127.0.0.1",
                                 .port = mail_server.port,
                                 .security = curl::SmtpServer::Security::none},
                      .options = {.connections = 2, .timeout = 4s},
                      .sender = *mail::read_sender("shop@shop.example")},
                     clock,
                     report};
  TwilioNotifier sms{{.account = "AC1",
                      .token = "token",
                      .url = "http://127.0.0.1:" + std::to_string(carrier.port()),
                      .from = "+15551234567"},
                     report};
  std::atomic<int> emails_ended = 0;
  std::atomic<int> sms_sent = 0;
  runtime::Effects effects{{.email = &email, .sms = &sms, .deliver = [&](const Message& message) {
                              const auto& outcome = std::get<NoticeOutcome>(message.payload);
                              const bool is_sms = outcome.channel == Channel::sms;
                              if (is_sms) sms_sent += outcome.result == NoticeResult::sent ? 1 : 0;
                              if (!is_sms) ++emails_ended;
                              return true;
                            }}};
  std::vector<Effect> started;
  for (int i = 0; i < notices; ++i) {
    started.emplace_back(NoticeToSend{
        .key = "e" + std::to_string(i), .channel = Channel::email, .address = "ann@example.com"});
    started.emplace_back(NoticeToSend{
        .key = "s" + std::to_string(i), .channel = Channel::sms, .address = "+4915112345678"});
  }
  const auto began = std::chrono::steady_clock::now();
  effects.start(std::move(started));
  while (sms_sent < notices && std::chrono::steady_clock::now() - began < 10s) {
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(sms_sent, notices);
  EXPECT_EQ(emails_ended, 0) << "no email has an answer yet: none of them was waited for";
  EXPECT_EQ(effects.counts().email.in_flight, 2U) << "as many as there are connections";
}

}  // namespace
}  // namespace oms::process
