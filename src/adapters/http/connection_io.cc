// The reading and writing half of a connection.

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstring>
#include <tuple>
#include <utility>

#include "adapters/http/connection.h"

namespace oms {
namespace {

constexpr std::size_t max_ignored = 256UL * 1024;
constexpr std::size_t kept_bytes = 32UL * 1024;
constexpr Duration linger_time = std::chrono::seconds(2);

}  // namespace

void HttpConnection::read() {
  if (reading_) return;
  make_room();
  reading_ = true;
  socket_.async_read_some(
      boost::asio::buffer(in_.data() + in_end_, in_.size() - in_end_),
      [self = shared_from_this()](IoError error, std::size_t size) { self->on_read(error, size); });
}

void HttpConnection::make_room() {
  if (in_begin_ == in_end_ || is_deaf()) in_begin_ = in_end_ = 0;
  if (in_end_ < in_.size()) return;
  if (in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
    return;
  }
  // Only a head grows the buffer, for bodies are moved out of it; one past its bound is refused.
  in_.resize(std::max(in_.size() + 1, std::min(in_.size() * 2, core_.limits().head_bytes + 1)));
}

void HttpConnection::on_read(IoError error, std::size_t size) {
  reading_ = false;
  if (state_ == State::closed) return;
  if (error) return close();
  if (is_deaf()) {
    ignored_ += size;
    return ignored_ > max_ignored ? close() : read();
  }
  in_end_ += size;
  if (state_ == State::reading_head && !begun_) {
    begun_ = true;
    allow(read_timeout());
  }
  advance();
}

// Tries at once, for the socket nearly always takes it. False: the rest is being written, or the
// connection is gone.
bool HttpConnection::flush() {
  if (writing_) return false;
  if (out_.empty()) return true;
  IoError error;
  const auto sent = socket_.write_some(boost::asio::buffer(out_), error);
  if (error && error != boost::asio::error::would_block) return close(), false;
  if (!error && sent == out_.size()) {
    out_.clear();
    if (out_.capacity() > kept_bytes) out_.shrink_to_fit();
    return true;
  }
  writing_ = true;
  sending_.swap(out_);  // more may be appended to `out_` while this is under way
  sent_ = error ? 0 : sent;
  write_deadline_ = Clock::now() + core_.options().read_timeout;
  write_rest();
  return false;
}

void HttpConnection::write_rest() {
  socket_.async_write_some(boost::asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
                           [self = shared_from_this()](IoError error, std::size_t size) {
                             self->on_write(error, size);
                           });
}

void HttpConnection::on_write(IoError error, std::size_t size) {
  if (state_ == State::closed) return;
  if (error) return close();
  sent_ += size;
  if (sent_ < sending_.size()) return write_rest();
  writing_ = false;
  std::string{}.swap(sending_);  // rare enough not to be worth keeping
  if (state_ == State::reading_head) {
    allow(begun_ ? read_timeout() : core_.options().idle_timeout);
  }
  advance();
}

// The peer sees the end of the last answer, and closing waits until it has: closing a socket with
// unread bytes would reset the connection, and the answer could be lost.
void HttpConnection::linger() {
  IoError ignored;  // a peer that is gone already shows at the next read
  std::ignore = socket_.shutdown(Socket::shutdown_send, ignored);
  state_ = State::lingering;
  if (stream_) end_stream();
  allow(linger_time);
  read();
}

}  // namespace oms
