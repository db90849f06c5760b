// What the server refuses, and how long it waits: FAULTS by bytes, time and number.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/server.h"
#include "adapters/http/test_server.h"

namespace oms {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void ok(const HttpRequest&, HttpExchange exchange) {
  exchange.answer(text("ok"));
}

HttpServerOptions hasty() {
  return {.read_timeout = milliseconds(60), .idle_timeout = milliseconds(60)};
}

TEST(Refusal, IsAProblemAndTheEndOfTheConnection) {
  std::atomic<int> handled = 0;
  TestServer server([&](const HttpRequest&, HttpExchange exchange) {
    ++handled;
    exchange.answer(text("ok"));
  });
  const auto answer = server.talk(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"
      "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"),
                            HasSubstr("\r\nContent-Type: application/problem+json\r\n"),
                            HasSubstr("\r\nConnection: close\r\n"),
                            EndsWith(R"({"type":"about:blank","title":"Bad Request","status":400,)"
                                     R"("detail":"Content-Length may be given once only."})")));
  EXPECT_EQ(handled, 0);
  EXPECT_TRUE(eventually([&] { return server->stats().answers_4xx == 1; }));
}

TEST(Refusal, ReachesAClientThatIsStillSending) {
  TestServer server(ok);
  const auto answer = server.talk("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" +
                                  std::string(100'000, 'x'));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

TEST(Refusal, OfABareLineFeedDoesNotWaitForMore) {
  TestServer server(ok);
  EXPECT_THAT(server.talk("GET / HTTP/1.1\n"), StartsWith("HTTP/1.1 400 "));
}

TEST(Refusal, OfAHeaderBomb) {
  TestServer server(ok, {.max_header_bytes = 1024});
  EXPECT_THAT(server.talk("GET / HTTP/1.1\r\nX: " + std::string(2000, 'x')),
              StartsWith("HTTP/1.1 431 "));
}

TEST(Head, MayBeAsLongAsItsBound) {
  TestServer server(ok);
  const std::string_view start = "GET / HTTP/1.0\r\nX: ";
  const std::string filler(16UL * 1024 - start.size() - 4, 'x');
  EXPECT_THAT(server.talk(std::string(start) + filler + "\r\n\r\n"), EndsWith("ok"));
  EXPECT_THAT(server.talk(std::string(start) + filler + "x\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST(SlowClient, ThatDoesNotFinishItsHeadIs408) {
  TestServer server(ok, hasty());
  auto client = server.connect();
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(eventually([&] { return server->stats().timed_out == 1; }));
}

TEST(SlowClient, GainsNothingByTrickling) {
  TestServer server(ok, hasty());
  auto client = server.connect();
  const auto start = std::chrono::steady_clock::now();
  std::jthread trickle([&](const std::stop_token& stop) {
    auto other = server.connect();
    while (!stop.stop_requested()) {
      client.send("\r\n");
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  EXPECT_EQ(client.read_to_end().substr(0, 13), "HTTP/1.1 408 ");
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1000));
}

TEST(SlowClient, ThatDoesNotFinishItsBodyIs408) {
  TestServer server(ok, hasty());
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST(SlowClient, ThatIsIdleIsClosedWithoutAWord) {
  TestServer server(ok, hasty());
  EXPECT_EQ(server.talk(""), "");
  auto client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), EndsWith("ok"));
  EXPECT_EQ(server->stats().timed_out, 0u);
}

TEST(SlowClient, ThatDoesNotReadItsAnswerIsClosed) {
  TestServer server(
      [](const HttpRequest&, HttpExchange exchange) {
        exchange.answer(text(std::string(32UL * 1024 * 1024, 'x')));
      },
      hasty());
  auto client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server->stats().timed_out == 1; }));
  EXPECT_TRUE(eventually([&] { return server->stats().connections == 0; }));
}

TEST(SlowHandler, Is504) {
  std::vector<HttpExchange> waiting;
  TestServer server(
      [&](const HttpRequest&, HttpExchange exchange) { waiting.push_back(std::move(exchange)); },
      {.answer_timeout = milliseconds(30)});
  EXPECT_THAT(server.talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 504 "));
  for (auto& exchange : waiting) exchange.answer(text("too late"));
}

TEST(SlowHandler, OfAHeadIsToldSoWithoutABody) {
  std::vector<HttpExchange> waiting;
  TestServer server(
      [&](const HttpRequest&, HttpExchange exchange) { waiting.push_back(std::move(exchange)); },
      {.answer_timeout = milliseconds(30)});
  const auto answer = server.talk("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 504 "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
  for (auto& exchange : waiting) exchange.answer(text("too late"));
}

TEST(SlowHandler, MaySayThatItTakesLong) {
  std::vector<HttpExchange> waiting;
  TestServer server(
      [&](const HttpRequest&, HttpExchange exchange) {
        exchange.take_long();
        waiting.push_back(std::move(exchange));
      },
      {.answer_timeout = milliseconds(20), .long_answer_timeout = milliseconds(200)});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(server.talk("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 504 "));
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(200)) << "but not for ever";
}

HttpServerOptions full_with(std::size_t connections) {
  return {.max_connections = connections,
          .is_probe = [](const HttpRequest& request) { return request.path == "/livez"; }};
}

TEST(Connections, OverTheirNumberAre503) {
  TestServer server(ok, full_with(2));
  std::optional first{server.connect()};
  auto second = server.connect();
  ASSERT_TRUE(eventually([&] { return server->stats().connections == 2; }));
  const auto answer = server.talk(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
      "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("\r\nRetry-After: 1\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("200 OK"))) << "it is the last answer";
  EXPECT_EQ(server->stats().turned_away, 1u);
  first->send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(first->read_to_end(), EndsWith("ok"));
  first.reset();
  EXPECT_TRUE(eventually([&] { return server->stats().connections == 1; }));
  EXPECT_THAT(server.talk("GET / HTTP/1.0\r\n\r\n"), EndsWith("ok")) << "there is room again";
  EXPECT_EQ(server->stats().turned_away, 1u);
}

TEST(Connections, AreKeptForProbesWhenAllAreTaken) {
  TestServer server(ok, full_with(1));
  auto only = server.connect();
  ASSERT_TRUE(eventually([&] { return server->stats().connections == 1; }));
  const auto answer = server.talk("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(server->stats().turned_away, 0u);
}

TEST(Connections, ThatSayNothingKeepNoProbeOut) {
  TestServer server(ok, full_with(1));
  std::vector<RawClient> silent;
  for (int i = 0; i < 200; ++i) silent.push_back(server.connect());
  EXPECT_THAT(server.talk("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_GE(server->stats().turned_away, 135u) << "the oldest have yielded";
  EXPECT_LE(server->stats().connections, 1 + 64u);
}

TEST(Connections, OverTheirNumberMustSendTheirRequestAtOnce) {
  auto options = full_with(1);
  options.read_timeout = milliseconds(60);
  TestServer server(ok, options);
  auto only = server.connect();
  only.send("GET");
  ASSERT_TRUE(eventually([&] { return server->stats().connections == 1; }));
  auto silent = server.connect();
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(eventually([&] { return server->stats().turned_away == 1; }));
}

TEST(Connections, ThatBreakInTheMiddleLeaveNothingBehind) {
  TestServer server(ok);
  for (const std::string_view part :
       {"", "GET", "GET / HTTP/1.1\r\nHost: h\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"}) {
    server.connect().send(part);
  }
  EXPECT_TRUE(eventually([&] {
    const auto stats = server->stats();
    return stats.accepted == 5 && stats.connections == 0;
  }));
}

}  // namespace
}  // namespace oms
