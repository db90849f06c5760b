#include "adapters/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/test_server.h"

namespace oms {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers with the request as it was understood.
void echo(const HttpRequest& request, HttpExchange exchange) {
  exchange.answer(
      text(request.method + " " + request.path + " [" + request.query + "] " + request.body));
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(HttpServer, AnswersARequest) {
  TestServer server(echo);
  const auto answer = server.talk(
      "POST /a//b?c=d HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 21\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nPOST /a/b [c=d] hello"));
}

TEST(HttpServer, SetsTheHeadersOfASafeAnswer) {
  TestServer server([](const HttpRequest&, HttpExchange exchange) {
    exchange.answer({.content_type = "text/html; charset=utf-8", .headers = {}, .body = "<p>"});
  });
  const auto answer = server.talk("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Security-Policy: default-src 'none'; script-src"));
}

TEST(HttpServer, WritesNoHeaderThatAValueSmugglesIn) {
  TestServer server([](const HttpRequest&, HttpExchange exchange) {
    auto answer = text("x");
    answer.headers = {{"X-Name", "a\r\nSet-Cookie: b"}, {"Content-Length", "99"}};
    exchange.answer(std::move(answer));
  });
  const auto answer = server.talk("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("\r\nX-Name: a  Set-Cookie: b\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 1\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("99")));
}

TEST(HttpServer, KeepsTheConnectionForTheNextRequest) {
  TestServer server(echo);
  auto client = server.connect();
  client.send("GET /one HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("GET /one [] "), StartsWith("HTTP/1.1 200 OK"));
  client.send("GET /two HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("GET /two [] "), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_EQ(server->stats().accepted, 1u);
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  std::vector<std::thread> slow;
  TestServer server([&](const HttpRequest& request, HttpExchange exchange) {
    if (request.path != "/slow") return echo(request, std::move(exchange));
    slow.emplace_back([exchange = std::move(exchange)]() mutable {
      std::this_thread::sleep_for(milliseconds(20));
      exchange.answer(text("slow"));
    });
  });
  const auto answers = server.talk(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n\r\n"
      "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  for (auto& thread : slow) thread.join();
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 4u);
  EXPECT_LT(answers.find("GET /1"), answers.find("\r\nslow"));
  EXPECT_LT(answers.find("\r\nslow"), answers.find("POST /3 [] abc"));
  EXPECT_LT(answers.find("POST /3 [] abc"), answers.find("GET /4"));
}

TEST(HttpServer, SurvivesAPipelineLongerThanAnyBuffer) {
  TestServer server([](const HttpRequest&, HttpExchange exchange) {
    exchange.answer(text(std::string(1000, 'x')));
  });
  std::string requests;
  for (int i = 0; i < 3000; ++i) requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  requests += "GET / HTTP/1.0\r\n\r\n";
  auto client = server.connect();
  std::thread writer([&] { client.send(requests); });
  const auto answers = client.read_to_end();
  writer.join();
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 3001u);
}

TEST(HttpServer, ReadsChunkedBodiesWithinTheBound) {
  TestServer server(echo, {.max_body_bytes = 10});
  constexpr std::string_view head =
      "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(server.talk(std::string(head) + "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"),
              EndsWith("POST / [] helloworld"));
  EXPECT_THAT(server.talk(std::string(head) + "5\r\nhello\r\n6\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, InvitesABodyThatIsHeldBack) {
  TestServer server(echo);
  auto client = server.connect();
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(client.read_until("PUT / [] ok"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  TestServer server(echo);
  const auto answer = server.talk("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 10\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(HttpServer, TellsByOptionsWhatAPathAllows) {
  TestServer server([](const HttpRequest& request, HttpExchange exchange) {
    if (request.path == "/none") return exchange.answer(text("no", 404));
    auto refusal = text("wrong method", 405);
    refusal.headers = {{"Allow", "GET, HEAD"}};
    exchange.answer(request.method == "GET" ? text("ok") : refusal);
  });
  for (const std::string path : {"/", "*", "http://h/"}) {
    const auto answer =
        server.talk("OPTIONS " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 No Content\r\n")) << path;
    EXPECT_THAT(answer, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
  }
  EXPECT_THAT(server.talk("OPTIONS /none HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(server.talk("TRACE / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
}

TEST(HttpServer, SpeaksHttp10) {
  TestServer server(echo);
  EXPECT_THAT(server.talk("GET / HTTP/1.0\r\n\r\n"), HasSubstr("\r\nConnection: close\r\n"));
  auto client = server.connect();
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_until("GET / [] "), HasSubstr("\r\nConnection: keep-alive\r\n"));
}

TEST(HttpServer, LeavesTheBodyOfEmptyAnswersAway) {
  TestServer server(
      [](const HttpRequest&, HttpExchange exchange) { exchange.answer(text("no", 304)); });
  const auto answer = server.talk("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(HttpExchange, IsAnsweredFromAnyThread) {
  std::mutex mutex;
  std::vector<HttpExchange> waiting;
  TestServer server([&](const HttpRequest&, HttpExchange exchange) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(exchange));
  });
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(server.connect());
    clients.back().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return waiting.size() == clients.size();
  }));
  for (auto& exchange : waiting) exchange.answer([] { return text("rendered"); });
  for (auto& client : clients) {
    EXPECT_THAT(client.read_until("rendered"), StartsWith("HTTP/1.1 200 OK"));
  }
}

TEST(HttpExchange, ThatIsDroppedIs500) {
  TestServer server([](const HttpRequest&, HttpExchange) {});
  const auto answer = server.talk("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/problem+json\r\n"));
}

TEST(HttpExchange, ThatEndsInAFailureTellsItsCauseAndIsGivenAnId) {
  std::vector<std::string> told;
  {
    HttpServerOptions options;
    options.on_failure = [&](HttpResponse& answer, std::string_view method, std::string_view path) {
      told.push_back(std::string(method).append(" ").append(path) + ": " + answer.failure->detail);
      answer.body = "failure " + std::to_string(told.size());
    };
    TestServer server(
        [](const HttpRequest& request, HttpExchange exchange) {
          if (request.path == "/handler") throw std::runtime_error("first fault");
          if (request.path == "/drop") return;
          if (request.path == "/own") {
            auto answer = text("", 500);
            answer.failure = std::make_shared<const Error>(ErrorKind::internal, "fourth fault");
            return exchange.answer(std::move(answer));
          }
          exchange.answer([]() -> HttpResponse { throw std::runtime_error("second fault"); });
        },
        options);
    int count = 0;
    for (const std::string path : {"/handler", "/render", "/drop", "/own"}) {
      const auto answer = server.talk("GET " + path + " HTTP/1.0\r\n\r\n");
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 ")) << path;
      EXPECT_THAT(answer, EndsWith("failure " + std::to_string(++count)));
    }
  }
  EXPECT_THAT(told,
              testing::ElementsAre("GET /handler: the handler of the request threw: first fault",
                                   "GET /render: rendering the answer threw: second fault",
                                   "GET /drop: the request was dropped without an answer",
                                   "GET /own: fourth fault"));
}

TEST(HttpExchange, OfAHandlerThatThrowsAfterItsAnswerIsReported) {
  std::vector<std::string> reports;
  {
    HttpServerOptions options;
    options.report = [&](std::string_view what) { reports.emplace_back(what); };
    TestServer server(
        [](const HttpRequest&, HttpExchange exchange) {
          exchange.answer(text("ok"));
          throw std::runtime_error("late fault");
        },
        options);
    EXPECT_THAT(server.talk("GET / HTTP/1.0\r\n\r\n"), EndsWith("ok"));
  }
  EXPECT_THAT(reports, testing::ElementsAre("the handler of the request threw: late fault"));
}

TEST(HttpExchange, MayOutliveItsConnectionAndItsServer) {
  std::vector<HttpExchange> waiting;
  std::shared_ptr<EventStream> stream;
  std::atomic<bool> closed = false;
  {
    TestServer server(
        [&](const HttpRequest&, HttpExchange exchange) { waiting.push_back(std::move(exchange)); },
        {.answer_timeout = milliseconds(20), .drain_timeout = milliseconds(20)});
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(server.talk("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 504 "));
    }
  }
  ASSERT_EQ(waiting.size(), 2u);
  waiting[0].answer(text("too late"));
  stream = waiting[1].start_stream();
  stream->on_closed([&] { closed = true; });
  EXPECT_FALSE(stream->is_open());
  EXPECT_FALSE(stream->send(std::make_shared<const std::string>("data: x\n\n")));
  EXPECT_TRUE(closed);
}

TEST(HttpServer, StopsWhenTheRequestsUnderWayAreAnswered) {
  std::vector<HttpExchange> waiting;
  std::atomic<int> arrived = 0;
  TestServer server([&](const HttpRequest&, HttpExchange exchange) {
    waiting.push_back(std::move(exchange));
    ++arrived;
  });
  auto idle = server.connect();
  auto busy = server.connect();
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return arrived == 1; }));
  server->stop();
  EXPECT_EQ(idle.read_to_end(), "");
  waiting[0].answer(text("done"));
  const auto answer = busy.read_to_end();
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("done"));
}

TEST(HttpServer, StopsInTimeWhateverItsHandlerDoes) {
  std::vector<HttpExchange> waiting;
  std::atomic<int> arrived = 0;
  TestServer server(
      [&](const HttpRequest&, HttpExchange exchange) {
        waiting.push_back(std::move(exchange));
        ++arrived;
      },
      {.drain_timeout = milliseconds(50)});
  auto busy = server.connect();
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return arrived == 1; }));
  server->stop();
  EXPECT_EQ(busy.read_to_end(), "");
}

TEST(HttpServer, SaysWhyItCannotListen) {
  TestServer first(echo);
  HttpServer second({.port = first.port()}, echo);
  const auto port = second.listen();
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(port.error().detail, HasSubstr("Address already in use"));
}

TEST(HttpServer, TakesAnAddressInBrackets) {
  HttpServer server({.host = "[::1]"}, echo);
  const auto port = server.listen();
  // Not every machine has the address, but it is one.
  EXPECT_THAT(port ? "" : port.error().detail, Not(HasSubstr("cannot find an address")));
}

}  // namespace
}  // namespace oms
