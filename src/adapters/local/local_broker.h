#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ports/assignment.h"
#include "ports/unsettled.h"

namespace oms {

// The waiting messages, which the local brokers of one process share. They last as long as it
// does.
class LocalQueues {
 public:
  static constexpr std::size_t waiting_max = 100'000;  // more are not confirmed

  // A power of two, at most 64.
  explicit LocalQueues(std::size_t partitions = 1) : partitions_(partitions) {}

 private:
  friend class LocalBroker;
  const std::size_t partitions_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Assignment::Partition, std::deque<Envelope>> waiting_;
  std::size_t count_ = 0;
};

// A broker between services of one process, in its memory: for tests, and for several hosts in one
// process, each of which has one of these.
class LocalBroker final : public Broker {
 public:
  explicit LocalBroker(std::shared_ptr<LocalQueues> queues);
  // Its unsettled messages go to the others.
  ~LocalBroker() override;

  std::size_t partitions() const override { return queues_->partitions_; }
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override;
  Subscription subscribe(ServiceName to, Receive receive) override;
  void consume(ServiceName to, std::span<const std::size_t> partitions) override;

 private:
  using Partition = Assignment::Partition;

  void run();
  void wake();
  void follow_assignment();
  void give_back(const Partition& partition, std::vector<Envelope> envelopes);
  // One that waits in a partition that this consumes.
  std::optional<std::pair<Partition, Envelope>> take_one();

  std::shared_ptr<LocalQueues> queues_;
  Assignment assignment_;
  // Guarded by the queues' mutex.
  bool is_woken_ = false;
  bool is_closed_ = false;
  // The thread's own.
  Unsettled unsettled_;
  std::map<Partition, std::uint64_t> holds_;
  std::uint64_t position_ = 0;
  std::thread thread_;
};

}  // namespace oms
