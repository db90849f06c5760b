#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/rabbitmq/connection.h"
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
  void subscribe(ServiceName to, Broker::Receive receive);
  void consume(ServiceName to, std::span<const std::size_t> partitions);

 private:
  using Place = std::pair<ServiceName, std::size_t>;  // a service's partition
  using Wishes = std::map<Place, Broker::Receive>;
  struct Hold {
    std::uint64_t id = 0;
    amqp_channel_t channel = 0;
  };
  struct Arrived {  // and not handed in yet
    Unsettled::Delivery delivery;
    std::string body;
  };

  void run(const std::stop_token& stop);
  Result<void> look(const Wishes& wishes);
  Wishes wishes();
  Result<void> ensure_connection();
  Result<void> give_up_all_but(const Wishes& wishes);
  Result<void> begin(const Place& place, Broker::Receive receive);
  Result<void> acknowledge();
  Result<void> read_frames();
  Result<void> on_method(const amqp_frame_t& frame);
  Result<void> on_delivery(const amqp_frame_t& frame);
  void on_lost_queue(const amqp_frame_t& frame);
  void hand_in();
  void forget(std::map<Place, Hold>::iterator held);
  void break_off(const std::string& why);
  amqp_channel_t free_channel() const;
  const Hold* holder(std::uint64_t hold) const;

  const Settings& settings_;
  std::mutex mutex_;
  std::map<ServiceName, Broker::Receive> receivers_;
  std::map<ServiceName, std::vector<std::size_t>> wanted_;
  // The thread's own.
  Alarm alarm_;
  Unsettled unsettled_;
  Connection connection_;
  Backoff backoff_;
  std::map<Place, Hold> holds_;
  std::deque<Arrived> arrived_;
  std::map<Place, Unsettled::Clock::time_point> retry_at_;  // queues that were lost or refused
  std::map<std::uint64_t, std::vector<std::uint64_t>> unreadable_;  // by hold, the tags
  std::jthread thread_;
};

}  // namespace oms::rabbitmq
