#pragma once

#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "adapters/rabbitmq/connection.h"
#include "ports/unconfirmed.h"

namespace oms::rabbitmq {

// Publishes with confirmations, on a thread and a connection of its own. Messages that
// the broker has not confirmed when the connection breaks are published again on the next.
class Publisher {
 public:
  static constexpr std::size_t window = 1024;  // messages that may be unconfirmed

  // The connection is open, and its exchanges are declared.
  Publisher(const Settings& settings, std::unique_ptr<Connection> connection);
  ~Publisher();

  // Any thread.
  void publish(std::vector<Envelope> envelopes, Broker::OnConfirmed on_confirmed);

 private:
  struct Sent {
    std::uint64_t tag = 0;
    Unconfirmed::Outgoing outgoing;
    bool is_returned = false;
  };

  void run(const std::stop_token& stop);
  Result<void> begin();
  Result<void> send_waiting();
  Result<void> send(Unconfirmed::Outgoing outgoing);
  Result<void> send_event(Unconfirmed::Outgoing outgoing);
  Result<void> ensure_queue(const std::string& queue);
  Result<void> read_frames();
  Result<void> on_method(const amqp_frame_t& frame);
  Result<void> on_return(const amqp_frame_t& frame);
  void on_acknowledgement(std::uint64_t tag, bool is_multiple, bool is_good);
  void break_off(const std::string& why);
  bool may_send();

  const Settings& settings_;
  Unconfirmed unconfirmed_;
  std::mutex mutex_;
  std::deque<Unconfirmed::Outgoing> waiting_;
  // The thread's own.
  std::unique_ptr<Connection> connection_;
  Backoff backoff_;
  std::set<std::string> queues_;  // known to be there
  std::deque<Sent> sent_;         // by tag
  std::uint64_t last_tag_ = 0;
  bool is_blocked_ = false;
  Alarm alarm_;
  std::jthread thread_;
};

}  // namespace oms::rabbitmq
