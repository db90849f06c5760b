#include "adapters/http/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <string>
#include <tuple>
#include <utility>

#include "base/wipe.h"

namespace oms {
namespace {

constexpr std::size_t first_read = 4096;
constexpr Duration extra_read_timeout = std::chrono::seconds(1);
constexpr std::size_t write_slice = 64UL * 1024;  // pipelined answers and frames written together

bool comes_from_here(const HttpConnection::Socket& socket) {
  boost::system::error_code error;
  const auto peer = socket.remote_endpoint(error);
  return !error && peer.address().is_loopback();
}

}  // namespace

HttpConnection::HttpConnection(HttpServer::Core& core, Socket socket, std::uint32_t slot,
                               bool is_extra)
    : core_(core),
      socket_(std::move(socket)),
      slot_(slot),
      is_extra_(is_extra),
      is_local_(comes_from_here(socket_)) {}

void HttpConnection::start() {
  in_.resize(first_read);
  allow(read_timeout());
  read();
}

Duration HttpConnection::read_timeout() const {
  const auto usual = core_.options().read_timeout;
  return is_extra_ ? std::min(usual, extra_read_timeout) : usual;
}

// Goes on until it must wait: for bytes, for the handler, or for the peer to take an answer.
void HttpConnection::advance() {
  if (advancing_) return;  // an answer from within the handler: the loop below goes on with it
  advancing_ = true;
  bool progress = true;
  while (progress && state_ != State::closed) {
    if (out_.size() >= write_slice && !flush()) break;
    if (state_ == State::reading_head) {
      progress = take_head();
    } else if (state_ == State::reading_body) {
      progress = take_body();
    } else {
      progress = false;
    }
  }
  advancing_ = false;
  if (state_ == State::closed || !flush()) return;
  if (state_ == State::finishing) return linger();
  if (state_ == State::streaming) return pump();
  if (state_ == State::handling) return;
  if (core_.draining() && state_ == State::reading_head && !begun_) return close();
  read();
}

bool HttpConnection::take_head() {
  if (scanner_.is_fresh()) {
    while (unread().starts_with("\r\n")) consume(2);  // some clients send one too many
  }
  if (unread().empty() || unread() == "\r") return false;
  begun_ = true;
  const auto end = scanner_.find_end(unread(), core_.limits());
  if (!end) return refuse(end.error()), true;
  if (*end == 0) return false;
  auto head = http1::parse_head(unread().substr(0, *end), core_.limits());
  consume(*end);
  scanner_.reset();
  if (!head) return refuse(head.error()), true;
  head_ = *std::move(head);
  method_ = head_.request.method;
  path_ = head_.request.path;
  if (is_extra_ && turn_away()) return true;
  if (!head_.chunked && head_.content_length == 0) {
    finish_request();
    return true;
  }
  state_ = State::reading_body;
  chunks_ = {};
  // A body may hold a card number: it is never moved while it grows, and leaves no copy behind.
  head_.request.body.reserve(head_.chunked ? core_.limits().body_bytes : head_.content_length);
  allow(read_timeout());
  if (head_.expects_continue && unread().empty()) out_.append("HTTP/1.1 100 Continue\r\n\r\n");
  return true;
}

// Whether the request is none for which this connection is there.
bool HttpConnection::turn_away() {
  if (core_.options().is_probe(head_.request)) {
    head_.keep_alive = false;
    is_settled_ = true;
    return false;
  }
  count_turned_away();
  fail(503, "There are too many connections. Try again in a moment.", ErrorKind::unavailable,
       "all " + std::to_string(core_.options().max_connections) + " connections are taken");
  return true;
}

void HttpConnection::count_turned_away() {
  if (is_extra_ && !std::exchange(is_settled_, true)) core_.turned_away.add(1);
}

bool HttpConnection::take_body() {
  auto& body = head_.request.body;
  if (head_.chunked) {
    const auto taken = chunks_.feed(unread(), body, core_.limits().body_bytes);
    if (!taken) return refuse(taken.error()), true;
    consume_secret(*taken);
    if (!chunks_.done()) return false;
  } else {
    const auto part = unread().substr(0, head_.content_length - body.size());
    body.append(part);
    consume_secret(part.size());
    if (body.size() < head_.content_length) return false;
  }
  finish_request();
  return true;
}

void HttpConnection::consume_secret(std::size_t size) {
  wipe(std::span{in_}.subspan(in_begin_, size));
  consume(size);
}

void HttpConnection::finish_request() {
  state_ = State::handling;
  serial_ = core_.next_serial();
  allow(core_.options().answer_timeout);
  head_.request.is_local = is_local_;
  core_.handle(std::move(head_.request), slot_, serial_);
}

void HttpConnection::refuse(const http1::Refusal& refusal) {
  if (state_ == State::reading_head) head_.head_only = false;  // that was of the last request
  wipe(head_.request.body);
  head_.keep_alive = false;
  state_ = State::handling;
  answer(http1::problem(refusal.status, refusal.detail));
}

// The connection ends with a failure of ours.
void HttpConnection::fail(int status, std::string_view detail, ErrorKind kind, std::string cause) {
  head_.keep_alive = false;
  state_ = State::handling;
  answer(http1::problem(status, detail, Error{kind, std::move(cause)}));
}

void HttpConnection::answer(HttpResponse response) {
  serial_ = 0;
  if (head_.asks_methods && response.status == 405) response = http1::allowed_methods(response);
  if (response.failure) core_.note_failure(response, method_, path_);
  const bool keep = head_.keep_alive && !core_.draining();
  http1::write_answer(out_, response, {keep, head_.http_1_0, head_.head_only},
                      core_.common_fields());
  core_.count_answer(response.status);
  state_ = keep ? State::reading_head : State::finishing;
  begun_ = !unread().empty();  // pipelined
  allow(begun_ ? read_timeout() : core_.options().idle_timeout);
  advance();
}

bool HttpConnection::deliver(Delivery& delivery) {
  if (delivery.serial != serial_) return false;  // it came too late
  if (state_ != State::streaming && state_ != State::handling) return false;
  state_ == State::streaming ? pump() : take(delivery);
  return true;
}

void HttpConnection::take(Delivery& delivery) {
  if (auto* response = std::get_if<HttpResponse>(&delivery.content)) {
    answer(std::move(*response));
  } else if (auto* render = std::get_if<HttpExchange::Render>(&delivery.content)) {
    answer(core_.render(*render));
  } else if (auto* start = std::get_if<Delivery::StreamStart>(&delivery.content)) {
    start_stream(*start);
  } else if (std::holds_alternative<Delivery::TakesLong>(delivery.content)) {
    allow(core_.options().long_answer_timeout);
  } else if (std::holds_alternative<Delivery::Dropped>(delivery.content)) {
    answer(http1::problem(500, "The request was not answered. This is a fault of the server.",
                          {ErrorKind::internal, "the request was dropped without an answer"}));
  }
}

void HttpConnection::start_stream(Delivery::StreamStart& start) {
  if (core_.draining()) {
    answer(http1::problem(503, "The server is stopping. Try again in a moment."));
    return start.queue->end();
  }
  if (core_.streams.get() >= core_.options().max_streams) {
    answer(http1::problem(503, "There are too many open streams. Try again in a moment.",
                          {ErrorKind::unavailable, "all event streams are taken"}));
    return start.queue->end();
  }
  HttpResponse head;
  head.content_type = "text/event-stream";
  head.headers = std::move(start.headers);
  http1::write_stream_head(out_, head, core_.common_fields());
  core_.count_answer(head.status);
  if (head_.head_only) {
    state_ = State::finishing;
    start.queue->end();
  } else {
    core_.streams.add(1);
    stream_ = std::move(start.queue);
    stream_->set_bound(core_.options().max_stream_bytes);
    state_ = State::streaming;
    read();  // nothing is expected, but this is how the peer's leaving is noticed
  }
  advance();
}

// Writes what the stream has until it has no more or the peer takes no more.
void HttpConnection::pump() {
  while (!writing_ && state_ == State::streaming) {
    const auto next = stream_->take(out_, write_slice);
    if (next == StreamQueue::Next::abort) return close();
    allow(core_.options().heartbeat);
    if (!flush()) return;
    if (next == StreamQueue::Next::wait) return;
    if (next == StreamQueue::Next::finish) return linger();
  }
}

void HttpConnection::check(Clock::time_point now) {
  if (writing_ && now >= write_deadline_) {
    core_.timed_out.add(1);
    return close();
  }
  if (now < deadline_) return;
  switch (state_) {
    case State::reading_head:
    case State::reading_body:
      if (writing_) return;  // reading is paused, and it is not the peer's input that is late
      if (!begun_) return close();
      core_.timed_out.add(1);
      return refuse({408, "The request did not arrive in time."});
    case State::handling:
      core_.timed_out.add(1);
      return fail(504,
                  "The answer took too long; whether the request was carried out is not known. "
                  "Repeat it with the same Idempotency-Key.",
                  ErrorKind::unavailable, "the handler has not answered in time");
    case State::streaming:
      if (writing_) return;
      out_.append(":\n\n");  // a comment: keeps proxies awake and finds peers that are gone
      allow(core_.options().heartbeat);
      flush();
      return;
    case State::lingering:
      return close();
    case State::finishing:
    case State::closed:
      return;
  }
}

void HttpConnection::drain() {
  if (state_ == State::streaming) return stream_->close();
  if (state_ == State::reading_head && !begun_ && !writing_) close();
}

void HttpConnection::close() {
  if (std::exchange(state_, State::closed) == State::closed) return;
  count_turned_away();
  wipe(head_.request.body);
  IoError ignored;  // it is closed, whatever the reason given
  std::ignore = socket_.close(ignored);
  if (stream_) end_stream();
  core_.forget(slot_, is_extra_);
}

void HttpConnection::end_stream() {
  core_.streams.subtract(1);
  std::exchange(stream_, nullptr)->end();
}

}  // namespace oms
