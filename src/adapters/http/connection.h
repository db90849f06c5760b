#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/answer.h"
#include "adapters/http/http1.h"
#include "adapters/http/mailbox.h"
#include "adapters/http/server_core.h"
#include "adapters/http/stream_queue.h"
#include "base/result.h"

namespace oms {

// One client's connection, on the I/O thread only. It has at most one read and one write under way.
// Its deadline means what its state waits for. Reading stops while a request is
// handled and while an answer cannot be written, so a client is never ahead of what it takes.
class HttpConnection final : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Clock = HttpServer::Core::Clock;
  using Socket = boost::asio::ip::tcp::socket;

  // `is_extra`: all connections are taken, and this one is there for the sake of probes.
  HttpConnection(HttpServer::Core& core, Socket socket, std::uint32_t slot, bool is_extra);

  void start();
  bool deliver(Delivery& delivery);   // takes the answer to, or news of, the request being handled
  void check(Clock::time_point now);  // called by the sweep
  void drain();                       // the server is stopping
  void close();                       // at once
  bool is_extra() const { return is_extra_; }

 private:
  enum class State {
    reading_head,  // or idle, between two requests
    reading_body,
    handling,
    streaming,
    finishing,  // writes its last answer
    lingering,  // has shut down its side and reads what still comes, so that no reset destroys
                // the answer
    closed,
  };
  using IoError = boost::system::error_code;

  void advance();
  bool take_head();
  bool take_body();
  void finish_request();
  void refuse(const http1::Refusal& refusal);
  void fail(int status, std::string_view detail, ErrorKind kind, std::string cause);
  void answer(HttpResponse response);
  bool turn_away();
  void count_turned_away();
  void start_stream(Delivery::StreamStart& start);
  void pump();
  void end_stream();
  void take(Delivery& delivery);

  void read();
  void on_read(IoError error, std::size_t size);
  void make_room();
  std::string_view unread() const { return {in_.data() + in_begin_, in_end_ - in_begin_}; }
  void consume(std::size_t size) { in_begin_ += size; }
  void consume_secret(std::size_t size);  // and leaves nothing of it in the buffer
  // What the peer sends no longer matters; it is read to notice that the peer has left.
  bool is_deaf() const { return state_ == State::streaming || state_ >= State::finishing; }

  bool flush();
  void write_rest();
  void on_write(IoError error, std::size_t size);
  void linger();
  void allow(Duration span) { deadline_ = Clock::now() + span; }
  Duration read_timeout() const;

  HttpServer::Core& core_;
  Socket socket_;
  const std::uint32_t slot_;
  const bool is_extra_;
  const bool is_local_;
  bool is_settled_ = false;   // of an extra one: whether it has been counted, or was for a probe
  std::uint64_t serial_ = 0;  // of the request being handled
  State state_ = State::reading_head;
  bool advancing_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool begun_ = false;                // a byte of the next request has come
  Clock::time_point deadline_;        // of the state
  Clock::time_point write_deadline_;  // while writing

  std::vector<char> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::size_t ignored_ = 0;  // bytes that came while nothing was expected
  http1::HeadScanner scanner_;
  http1::Head head_;
  std::string method_;  // of the request being handled, for the log
  std::string path_;
  http1::ChunkDecoder chunks_;

  std::string out_;      // not yet given to the socket
  std::string sending_;  // being written, from `sent_` on
  std::size_t sent_ = 0;
  std::shared_ptr<StreamQueue> stream_;
};

}  // namespace oms
