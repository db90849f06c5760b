#pragma once

#include <amqp.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/rabbitmq/settings.h"

namespace oms::rabbitmq {

// Wakes a thread that waits for its connection. Any thread may call.
class Alarm {
 public:
  Alarm();
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void ring();
  void wait(std::chrono::milliseconds at_most);  // until it rings, which stops then
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

inline amqp_bytes_t to_bytes(std::string_view text) {
  // The library only reads them.
  return {text.size(),
          const_cast<char*>(text.data())};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}
inline std::string_view to_text(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

// One connection, for one thread. Where an answer is an error the connection is to be closed,
// unless it says that only a channel was.
class Connection {
 public:
  explicit Connection(const Settings& settings) : settings_(settings) {}

  // Logs in at the next of the hosts. `unauthorized`, or `unavailable`.
  Result<void> open();
  bool is_open() const { return state_ != nullptr; }
  void close();  // tells the broker
  void drop();   // does not
  amqp_connection_state_t get() const { return state_.get(); }

  // The outcome of the last call that waits for an answer. Where the broker closed the channel
  // because of it, it is `not_found` or `conflict`, and the channel may be opened again.
  Result<void> outcome(amqp_channel_t channel);

  // One more frame: the status is AMQP_STATUS_TIMEOUT where none is there. Heartbeats are sent and
  // expected here, so it must be called twice a second at least.
  int next(amqp_frame_t& frame);
  // Until there is something to read, the alarm rings, or so long.
  void wait(Alarm& alarm, std::chrono::milliseconds at_most);

 private:
  struct Closer {
    void operator()(amqp_connection_state_t state) const { amqp_destroy_connection(state); }
  };
  Result<void> connect(const Url::Host& host);
  Result<void> log_in(const Url::Host& host);

  const Settings& settings_;
  std::size_t attempts_ = 0;
  std::unique_ptr<amqp_connection_state_t_, Closer> state_;
};

// The message that follows a `basic.deliver` or `basic.return`.
struct Content {
  std::string body;
  std::string message_id;
};
std::optional<Content> read_content(Connection& connection, amqp_channel_t channel);

// Why the broker has closed a connection or channel, or given up a consumer, in its words.
std::string reason_of(const amqp_method_t& method);

// How long to wait before the next attempt to connect: longer each time, and never the same, so
// that not all processes come at once.
class Backoff {
 public:
  // Waits, or until it is to stop. The alarm may ring for other reasons.
  void wait(Alarm& alarm, const std::stop_token& stop);
  void reset() { failures_ = 0; }

 private:
  std::chrono::milliseconds next();

  int failures_ = 0;
};

// The exchanges of messages and of events, and where dead letters go.
Result<void> declare_exchanges(Connection& connection, amqp_channel_t channel,
                               const Settings& settings);
// A queue that exists is left as it is. The channel is opened for it, and closed.
Result<void> declare_queue(Connection& connection, amqp_channel_t channel, const Settings& settings,
                           const std::string& queue);

}  // namespace oms::rabbitmq
