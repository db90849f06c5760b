#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/http1.h"
#include "adapters/http/mailbox.h"
#include "adapters/http/server.h"

namespace oms {

class HttpConnection;

// A counter that one thread writes and any may read.
class Counter {
 public:
  void add(std::uint64_t n) { value_.store(get() + n, std::memory_order_relaxed); }
  void subtract(std::uint64_t n) { value_.store(get() - n, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// What the I/O thread owns: the listener, the connections, and one timer that finds the overdue.
class HttpServer::Core {
 public:
  using Clock = std::chrono::steady_clock;

  Core(HttpServerOptions options, HttpHandler handler);
  ~Core();

  Result<std::uint16_t> listen();
  void run();
  void stop();
  HttpServerStats stats() const;

  // For connections.
  void handle(HttpRequest request, std::uint32_t slot, std::uint64_t serial);
  HttpResponse render(HttpExchange::Render& render);
  std::uint64_t next_serial() { return ++serial_; }
  void forget(std::uint32_t slot, bool is_extra);
  void note_failure(HttpResponse& answer, std::string_view method, std::string_view path);
  void count_answer(int status);
  bool draining() const { return draining_; }
  const HttpServerOptions& options() const { return options_; }
  const http1::Limits& limits() const { return limits_; }
  const std::string& common_fields() const { return common_fields_; }

  Counter streams;
  Counter timed_out;
  Counter turned_away;

 private:
  // Connections over the bound, which look out for probes.
  static constexpr std::size_t extra_max = 64;

  using tcp = boost::asio::ip::tcp;

  void accept();
  void admit(tcp::socket socket);
  void make_room_for_extra(const std::shared_ptr<HttpConnection>& newcomer);
  void sweep_later();
  void sweep();
  void refresh_common_fields();
  void deliver_all();
  bool deliver(Delivery&& delivery);  // false: the request no longer waits for an answer
  void drain();
  void leave_if_drained();

  const HttpServerOptions options_;
  const http1::Limits limits_;
  HttpHandler handler_;

  boost::asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  boost::asio::steady_timer sweep_timer_{io_};
  boost::asio::steady_timer accept_timer_{io_};
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<Delivery> deliveries_;

  std::vector<std::shared_ptr<HttpConnection>> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::size_t extra_count_ = 0;
  std::array<std::weak_ptr<HttpConnection>, extra_max>
      extras_;  // a ring, the oldest at `extra_at_`
  std::size_t extra_at_ = 0;
  bool is_accepting_ = true;  // or else the last try has failed
  std::uint64_t serial_ = 0;
  std::string common_fields_;
  std::int64_t common_fields_second_ = 0;
  bool draining_ = false;
  Clock::time_point drain_deadline_;

  Counter connections_;
  Counter accepted_;
  Counter answers_[4];
};

}  // namespace oms
