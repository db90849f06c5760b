#pragma once

// For the tests of this folder: a running server and a client that sends what it likes.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "adapters/http/server.h"

namespace oms {

// A client of bare bytes.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr timeval longest{.tv_sec = 3, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::system_error{errno, std::generic_category(), "connect"};
    }
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}
  ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }

  // As much as the server takes.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // All that comes until the server closes; "…" at the end if it does not.
  std::string read_to_end() {
    while (read()) {
    }
    if (errno == EAGAIN) received_ += "…";
    return std::exchange(received_, {});
  }

  // What has come when `text` has, up to its end.
  std::string read_until(std::string_view text) {
    for (;;) {
      if (const auto at = received_.find(text); at != std::string::npos) {
        auto result = received_.substr(0, at + text.size());
        received_.erase(0, result.size());
        return result;
      }
      if (!read()) return "(ended) " + received_;
    }
  }

 private:
  bool read() {
    std::array<char, 16UL * 1024> buffer;
    errno = 0;
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size > 0) received_.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0;
  }

  int socket_;
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
