#include "adapters/http/server_core.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <tuple>
#include <utility>

#include "adapters/http/answer.h"
#include "adapters/http/connection.h"
#include "adapters/http/stream_queue.h"

namespace oms {

HttpServer::Core::Core(HttpServerOptions options, HttpHandler handler)
    : options_(std::move(options)),
      limits_{options_.max_header_bytes, options_.max_body_bytes},
      handler_(std::move(handler)) {
  mailbox_ = std::make_shared<Mailbox>(
      [this] { boost::asio::post(io_, [this] { deliver_all(); }); },
      [this](Delivery&& delivery) { std::ignore = deliver(std::move(delivery)); });
  refresh_common_fields();
}

HttpServer::Core::~Core() {
  mailbox_->close();
  const auto connections = std::exchange(slots_, {});
  for (const auto& connection : connections) {
    if (connection) connection->close();
  }
}

void HttpServer::Core::run() {
  accept();
  sweep_later();
  io_.run();
}

void HttpServer::Core::stop() {
  boost::asio::post(io_, [this] { drain(); });
}

void HttpServer::Core::handle(HttpRequest request, std::uint32_t slot, std::uint64_t serial) {
  mailbox_->begin_handling(serial);
  try {
    handler_(std::move(request), HttpExchange(mailbox_, slot, serial));
  } catch (const std::exception& fault) {
    // The exchange went with the stack; that it was dropped is told later, and finds no request.
    const auto cause = std::string("the handler of the request threw: ") + fault.what();
    auto answer =
        http1::problem(500, "The request could not be handled. This is a fault of the server.",
                       {ErrorKind::internal, cause});
    if (!deliver({slot, serial, std::move(answer)})) options_.report(cause);
  }
  mailbox_->end_handling();
}

void HttpServer::Core::note_failure(HttpResponse& answer, std::string_view method,
                                    std::string_view path) {
  options_.on_failure(answer, method, path);
}

HttpResponse HttpServer::Core::render(HttpExchange::Render& render) {
  try {
    return render();
  } catch (const std::exception& fault) {
    return http1::problem(
        500, "The answer could not be written. This is a fault of the server.",
        {ErrorKind::internal, std::string("rendering the answer threw: ") + fault.what()});
  }
}

void HttpServer::Core::deliver_all() {
  mailbox_->take(deliveries_);
  for (auto& delivery : deliveries_) std::ignore = deliver(std::move(delivery));
  deliveries_.clear();
}

bool HttpServer::Core::deliver(Delivery&& delivery) {
  const auto connection =
      delivery.slot < slots_.size() ? slots_[delivery.slot] : nullptr;  // a copy: it may close
  const bool is_taken = connection && connection->deliver(delivery);
  delivery.abandon();  // does nothing to what the connection has taken
  return is_taken;
}

void HttpServer::Core::forget(std::uint32_t slot, bool is_extra) {
  connections_.subtract(1);
  if (is_extra) --extra_count_;
  if (slot < slots_.size()) slots_[slot].reset();
  free_slots_.push_back(slot);
  leave_if_drained();
}

void HttpServer::Core::count_answer(int status) {
  if (status >= 200 && status < 600) answers_[status / 100 - 2].add(1);
}

void HttpServer::Core::sweep_later() {
  const auto shortest =
      std::min({options_.read_timeout, options_.idle_timeout, options_.answer_timeout,
                options_.heartbeat, options_.drain_timeout});
  const auto pause =
      std::clamp<Duration>(shortest / 4, std::chrono::milliseconds(5), std::chrono::seconds(1));
  sweep_timer_.expires_after(pause);
  sweep_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    sweep();
    sweep_later();
  });
}

void HttpServer::Core::sweep() {
  refresh_common_fields();
  const auto now = Clock::now();
  const bool out_of_time = draining_ && now >= drain_deadline_;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto connection = slots_[i];
    if (!connection) continue;
    out_of_time ? connection->close() : connection->check(now);
  }
}

void HttpServer::Core::refresh_common_fields() {
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  if (std::exchange(common_fields_second_, second) == second) return;
  common_fields_ = http1::common_fields(static_cast<std::time_t>(second));
}

void HttpServer::Core::drain() {
  if (std::exchange(draining_, true)) return;
  drain_deadline_ = Clock::now() + options_.drain_timeout;
  boost::system::error_code ignored;  // it will not be used again
  std::ignore = acceptor_.close(ignored);
  accept_timer_.cancel();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (const auto connection = slots_[i]) connection->drain();
  }
  leave_if_drained();
}

void HttpServer::Core::leave_if_drained() {
  if (draining_ && connections_.get() == 0) io_.stop();
}

HttpServerStats HttpServer::Core::stats() const {
  return {.connections = connections_.get(),
          .streams = streams.get(),
          .accepted = accepted_.get(),
          .turned_away = turned_away.get(),
          .timed_out = timed_out.get(),
          .answers_2xx = answers_[0].get(),
          .answers_3xx = answers_[1].get(),
          .answers_4xx = answers_[2].get(),
          .answers_5xx = answers_[3].get()};
}

}  // namespace oms
