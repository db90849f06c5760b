#pragma once

#include <deque>
#include <map>
#include <thread>

#include "adapters/rabbitmq/connection.h"
#include "ports/assignment.h"
#include "ports/unsettled.h"

namespace oms::rabbitmq {

// Consumes, on a thread and a connection of its own, which is open while there is something to
// consume. Each queue has a channel: to close it is what gives a queue up with all that is not
// settled of it. Each message is acknowledged by itself, so that one that waits stops no other.
class Consumer {
 public:
  static constexpr std::uint16_t prefetch = 300;

  explicit Consumer(const Settings& settings);
  ~Consumer();

  // Any thread.
  void subscribe(ServiceName to, Broker::Receive receive) {
    assignment_.subscribe(to, std::move(receive));
  }
  void consume(ServiceName to, std::span<const std::size_t> partitions) {
    assignment_.consume(to, partitions);
    alarm_.ring();
  }

 private:
  using Partition = Assignment::Partition;
  struct Hold {
    std::uint64_t id = 0;
    amqp_channel_t channel = 0;
  };
  struct Arrived {  // and not handed in yet
    Unsettled::Delivery delivery;
    std::string body;
  };

  void run(const std::stop_token& stop);
  Result<void> look(const Assignment::Receivers& assigned);
  Result<void> ensure_connection();
  Result<void> give_up_all_but(const Assignment::Receivers& assigned);
  Result<void> begin(const Partition& partition, Broker::Receive receive);
  Result<void> acknowledge();
  Result<void> read_frames();
  Result<void> on_method(const amqp_frame_t& frame);
  Result<void> on_delivery(const amqp_frame_t& frame);
  void on_lost_queue(const amqp_frame_t& frame);
  void hand_in();
  void forget(std::map<Partition, Hold>::iterator held);
  void break_off(const std::string& why);
  amqp_channel_t free_channel() const;
  const Hold* holder(std::uint64_t hold) const;

  const Settings& settings_;
  Assignment assignment_;
  // The thread's own.
  Alarm alarm_;
  Unsettled unsettled_;
  Connection connection_;
  Backoff backoff_;
  std::map<Partition, Hold> holds_;
  std::deque<Arrived> arrived_;
  std::map<Partition, Unsettled::Clock::time_point> retry_at_;  // queues that were lost or refused
  std::map<std::uint64_t, std::vector<std::uint64_t>> unreadable_;  // by hold, the tags
  std::jthread thread_;
};

}  // namespace oms::rabbitmq
