#pragma once

// For the tests of this folder: a running server and a client that sends what it likes.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

#include "adapters/http/client_socket.h"
#include "adapters/http/server.h"

namespace oms {

// A client of bare bytes.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port)
      : socket_(*ClientSocket::connect("127.0.0.1", std::to_string(port), deadline())) {}

  void send(std::string_view bytes) { std::ignore = socket_.write(bytes, deadline()); }

  // All that comes until the server closes; "…" at the end if it does not.
  std::string read_to_end() {
    for (;;) {
      const auto size = socket_.read(received_, deadline());
      if (!size && size.error().detail.find("too long") != std::string::npos) received_ += "…";
      if (!size || *size == 0) return std::exchange(received_, {});
    }
  }

  // What has come when `text` has, up to its end.
  std::string read_until(std::string_view text) {
    for (;;) {
      if (const auto at = received_.find(text); at != std::string::npos) {
        auto result = received_.substr(0, at + text.size());
        received_.erase(0, result.size());
        return result;
      }
      const auto size = socket_.read(received_, deadline());
      if (!size || *size == 0) return "(ended) " + received_;
    }
  }

 private:
  static ClientSocket::Clock::time_point deadline() {
    return ClientSocket::Clock::now() + std::chrono::seconds(3);
  }

  ClientSocket socket_;
  std::string received_;
};

class TestServer {
 public:
  explicit TestServer(HttpHandler handler, HttpServerOptions options = {})
      : server_((options.port = 0, std::move(options)), std::move(handler)) {
    const auto port = server_.listen();
    EXPECT_TRUE(port) << port.error().detail;
    port_ = port.value_or(0);
    thread_ = std::jthread([this] { server_.run(); });
  }
  ~TestServer() { server_.stop(); }

  std::uint16_t port() const { return port_; }
  HttpServer& operator*() { return server_; }
  HttpServer* operator->() { return &server_; }
  void wait_until_stopped() { thread_.join(); }

  RawClient connect() const { return RawClient(port_); }

  // The whole conversation of one connection.
  std::string talk(std::string_view bytes) const {
    auto client = connect();
    client.send(bytes);
    return client.read_to_end();
  }

 private:
  HttpServer server_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

inline HttpResponse text(std::string body, int status = 200) {
  return {.status = status, .content_type = "text/plain", .headers = {}, .body = std::move(body)};
}

// Waits a moment for what another thread is about to do.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 300; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

}  // namespace oms
