#include "adapters/curl/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/http/test_server.h"

namespace oms {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

HttpClient client_of(const TestServer& server, HttpClient::Options options = {}) {
  return *HttpClient::to("http://127.0.0.1:" + std::to_string(server.port()) + "/", options);
}

TEST(HttpClient, SendsARequestAndReadsItsAnswer) {
  TestServer server([](const HttpRequest& request, HttpExchange exchange) {
    auto answer = text(request.method + " " + request.path + " " + request.query + " " +
                           std::string(request.header("x-name")) + " " + request.body,
                       201);
    answer.headers.emplace_back("Location", "/there");
    exchange.answer(std::move(answer));
  });
  const auto answer =
      client_of(server).send("POST", "/orders?a=b", {{"X-Name", "value"}}, "the body");
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->content_type, "text/plain");
  EXPECT_EQ(answer->body, "POST /orders a=b value the body");
  EXPECT_THAT(answer->headers, testing::Contains(testing::Pair("location", "/there")));
}

TEST(HttpClient, SaysWhatIsWrongWithAnAddress) {
  for (const char* wrong : {"127.0.0.1:80", "https://here", "http://", "http://here/path",
                            "http://a b", "http://[::1", "http://here:port", "http://u@here"}) {
    EXPECT_FALSE(HttpClient::to(wrong)) << wrong;
  }
  for (const char* right : {"http://here", "http://here:8080/", "http://[::1]:80"}) {
    EXPECT_TRUE(HttpClient::to(right)) << right;
  }
}

TEST(HttpClient, SendsNothingThatIsNotARequest) {
  const auto client = *HttpClient::to("http://127.0.0.1:1");
  EXPECT_EQ(client.send("GET", "/a b").error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.send("GET", "/", {{"X", "a\r\nb"}}).error().kind, ErrorKind::invalid);
}

TEST(HttpClient, SaysThatNobodyListens) {
  const auto answer = HttpClient::to("http://127.0.0.1:1")->send("GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(answer.error().detail, HasSubstr("Connection refused"));
}

TEST(HttpClient, AsksNoProxyForAServerOfThisMachine) {
  TestServer server(
      [](const HttpRequest&, HttpExchange exchange) { exchange.answer(text("here")); });
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto answer = client_of(server).send("GET", "/");
  ::unsetenv("http_proxy");
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "here");
}

TEST(HttpClient, WaitsNoLongerThanItsTimeout) {
  std::vector<HttpExchange> waiting;
  TestServer server(
      [&](const HttpRequest&, HttpExchange exchange) { waiting.push_back(std::move(exchange)); },
      {.drain_timeout = milliseconds(20)});
  const auto answer = client_of(server, {.timeout = milliseconds(30)}).send("GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().detail, HasSubstr("too long"));
}

TEST(HttpClient, FollowsEventsUntilTheServerEndsThem) {
  TestServer server([](const HttpRequest& request, HttpExchange exchange) {
    const auto stream = exchange.start_stream();
    const std::string last(request.header("last-event-id"));
    stream->send(std::make_shared<const std::string>("id: " + last + "1\nevent: order\ndata: a\n"));
    stream->send(std::make_shared<const std::string>("\n:comment\n\ndata: b\ndata: c\n\n"));
    stream->close();
  });
  std::vector<std::string> events;
  const auto end = client_of(server).follow_events(
      "/stream", {{"Last-Event-ID", "4"}}, [&](const ServerEvent& event) {
        events.push_back(event.id + " " + event.event + " " + event.data);
        return true;
      });
  ASSERT_TRUE(end) << end.error().detail;
  EXPECT_EQ(end->status, 200);
  EXPECT_THAT(events, ElementsAre("41 order a", "41 message b\nc"));
}

TEST(HttpClient, FollowsEventsUntilItHasSeenEnough) {
  TestServer server([](const HttpRequest&, HttpExchange exchange) {
    exchange.start_stream()->send(std::make_shared<const std::string>("data: a\n\ndata: b\n\n"));
  });
  int seen = 0;
  const auto end = client_of(server).follow_events("/", {}, [&](const ServerEvent&) {
    ++seen;
    return false;
  });
  EXPECT_TRUE(end);
  EXPECT_EQ(seen, 1);
}

TEST(HttpClient, FollowingGivesBackARefusal) {
  TestServer server(
      [](const HttpRequest&, HttpExchange exchange) { exchange.answer(text("no", 404)); });
  const auto end =
      client_of(server).follow_events("/", {}, [](const ServerEvent&) { return true; });
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status, 404);
  EXPECT_EQ(end->body, "no");
}

TEST(HttpClient, FollowingEndsInSilence) {
  std::shared_ptr<EventStream> stream;
  TestServer server(
      [&](const HttpRequest&, HttpExchange exchange) { stream = exchange.start_stream(); });
  const auto end = client_of(server, {.silence = milliseconds(30)})
                       .follow_events("/", {}, [](const ServerEvent&) { return true; });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace oms
