#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
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
using testing::StartsWith;

constexpr std::string_view watch = "GET /watch HTTP/1.1\r\nHost: h\r\n\r\n";

EventStream::Frame frame(std::string_view data) {
  return std::make_shared<const std::string>("data: " + std::string(data) + "\n\n");
}

// Starts a stream for each request and keeps it.
struct Watchers {
  std::mutex mutex;
  std::vector<std::shared_ptr<EventStream>> streams;

  HttpHandler handler() {
    return [this](const HttpRequest&, HttpExchange exchange) {
      auto stream = exchange.start_stream({{"X-Version", "7"}});
      const std::lock_guard lock(mutex);
      streams.push_back(std::move(stream));
    };
  }
  EventStream& operator[](std::size_t i) {
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex);
      return streams.size() > i;
    }));
    const std::lock_guard lock(mutex);
    return *streams.at(i);
  }
};

TEST(EventStream, CarriesFramesFromAnyThreadInTheirOrder) {
  Watchers watchers;
  TestServer server(watchers.handler());
  auto client = server.connect();
  client.send(watch);
  EXPECT_THAT(client.read_until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("\r\nX-Version: 7\r\n"),
                    HasSubstr("\r\nContent-Type: text/event-stream\r\n"),
                    HasSubstr("\r\nCache-Control: no-store\r\n")));
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(watchers[0].send(frame(std::to_string(i))));
    expected += *frame(std::to_string(i));
  }
  watchers[0].close();
  EXPECT_EQ(client.read_to_end(), expected);
  EXPECT_FALSE(watchers[0].send(frame("late")));
  EXPECT_TRUE(eventually([&] { return server->stats().streams == 0; }));
}

TEST(EventStream, MaySendBeforeTheHandlerReturns) {
  TestServer server([](const HttpRequest&, HttpExchange exchange) {
    const auto stream = exchange.start_stream();
    stream->send(frame("first"));
    stream->close();
  });
  EXPECT_THAT(server.talk(watch), EndsWith("\r\n\r\ndata: first\n\n"));
}

TEST(EventStream, LearnsThatItsReaderHasLeft) {
  Watchers watchers;
  std::atomic<bool> closed = false;
  TestServer server(watchers.handler());
  {
    auto client = server.connect();
    client.send(watch);
    watchers[0].on_closed([&] { closed = true; });
    client.read_until("\r\n\r\n");
    EXPECT_TRUE(watchers[0].is_open());
  }
  EXPECT_TRUE(eventually([&] { return closed.load(); }));
  EXPECT_FALSE(watchers[0].is_open());
}

TEST(EventStream, IsClosedWhenItsReaderIsTooSlow) {
  Watchers watchers;
  TestServer server(watchers.handler(), {.max_stream_bytes = 100'000});
  auto client = server.connect();
  client.send(watch);
  const auto large = frame(std::string(50'000, 'x'));
  bool open = true;
  for (int i = 0; i < 2000 && open; ++i) open = watchers[0].send(large);
  EXPECT_FALSE(open);
  EXPECT_TRUE(eventually([&] { return server->stats().connections == 0; }));
}

TEST(EventStream, IsClosedWhenItsReaderStops) {
  Watchers watchers;
  TestServer server(watchers.handler(),
                    {.max_stream_bytes = 64UL * 1024 * 1024, .read_timeout = milliseconds(60)});
  auto client = server.connect();
  client.send(watch);
  EXPECT_TRUE(watchers[0].send(frame(std::string(32UL * 1024 * 1024, 'x'))));
  EXPECT_TRUE(eventually([&] { return server->stats().timed_out == 1; }));
  EXPECT_TRUE(eventually([&] { return !watchers[0].is_open(); }));
}

TEST(EventStream, IsKeptAwakeByComments) {
  Watchers watchers;
  TestServer server(watchers.handler(), {.heartbeat = milliseconds(20)});
  auto client = server.connect();
  client.send(watch);
  EXPECT_THAT(client.read_until("\r\n\r\n:\n\n:\n\n"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(EventStream, OverTheirNumberIs503) {
  Watchers watchers;
  TestServer server(watchers.handler(), {.max_streams = 1});
  auto first = server.connect();
  first.send(watch);
  first.read_until("\r\n\r\n");
  auto second = server.connect();
  second.send(watch);
  EXPECT_THAT(second.read_until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\nRetry-After: 1\r\n")));
  EXPECT_TRUE(watchers[0].is_open());
  EXPECT_FALSE(watchers[1].is_open());
}

TEST(EventStream, OfAHeadRequestIsItsHead) {
  Watchers watchers;
  TestServer server(watchers.handler());
  EXPECT_THAT(server.talk("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("\r\n\r\n"));
  EXPECT_FALSE(watchers[0].is_open());
}

TEST(EventStream, EndsWhenTheServerStops) {
  Watchers watchers;
  TestServer server(watchers.handler());
  auto client = server.connect();
  client.send(watch);
  client.read_until("\r\n\r\n");
  EXPECT_TRUE(watchers[0].send(frame("last words")));
  server->stop();
  EXPECT_EQ(client.read_to_end(), *frame("last words"));
}

}  // namespace
}  // namespace oms
