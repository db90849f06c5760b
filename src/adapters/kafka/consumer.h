#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/kafka/handle.h"
#include "ports/assignment.h"
#include "ports/unsettled.h"

namespace oms::kafka {

// Consumes the partitions that it is told to, without the group's rebalancing: the group only keeps
// offsets, each that of the lowest message that is not settled. While much is unsettled it fetches
// no more.
class Consumer {
 public:
  static Result<std::unique_ptr<Consumer>> open(const Settings& settings);
  ~Consumer();

  // Any thread.
  void subscribe(ServiceName to, Broker::Receive receive) {
    assignment_.subscribe(to, std::move(receive));
  }
  void consume(ServiceName to, std::span<const std::size_t> partitions) {
    assignment_.consume(to, partitions);
  }

 private:
  using Partition = Assignment::Partition;
  struct Hold {
    std::uint64_t id = 0;
    std::optional<std::int64_t> next;  // after the last that came
    std::optional<std::int64_t> committed;
  };

  explicit Consumer(const Settings& settings);

  void run(const std::stop_token& stop);
  void follow(const Assignment::Receivers& assigned);
  void give_up(const std::vector<Partition>& partitions);
  void begin(const std::vector<Partition>& partitions, const Assignment::Receivers& assigned);
  void poll();
  void hand_in(const rd_kafka_message_t& message);
  void commit(const std::vector<Partition>& partitions, bool waits);
  void renew_offsets();
  Offsets offsets(const std::vector<Partition>& partitions, std::int64_t offset) const;
  std::vector<Partition> held() const;
  static void on_commit(rd_kafka_t* handle, rd_kafka_resp_err_t error,
                        rd_kafka_topic_partition_list_t* offsets, void* self);
  static void on_error(rd_kafka_t* handle, int error, const char* why, void* self);

  const Settings& settings_;
  Assignment assignment_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_woken_ = false;
  // The thread's own.
  Unsettled unsettled_;
  Handle handle_;
  std::map<Partition, Hold> holds_;
  std::map<std::string, ServiceName> services_;  // by topic
  std::jthread thread_;
};

}  // namespace oms::kafka
