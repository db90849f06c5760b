#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "ports/broker.h"

namespace oms {

// The partitions of mailboxes that this process consumes, each with what hands its envelopes to the
// receivers of their services. Any thread.
class Assignment {
 public:
  using Partition = std::pair<ServiceName, std::size_t>;
  using Receivers = std::map<Partition, Broker::Receive>;

  // How many partitions each service has: others are not assigned.
  explicit Assignment(std::size_t partitions) : partitions_(partitions) {}

  void subscribe(ServiceName to, Broker::Receive receive);
  void consume(ServiceName to, std::span<const std::size_t> partitions);

  // Of the services that have subscribed.
  Receivers receivers() const;

 private:
  struct Subscribed {
    std::mutex mutex;
    std::map<ServiceName, Broker::Receive> by_service;
  };
  static Broker::Receive hand_out(const std::shared_ptr<Subscribed>& subscribed);

  const std::size_t partitions_;
  std::shared_ptr<Subscribed> subscribed_ = std::make_shared<Subscribed>();
  mutable std::mutex mutex_;
  std::map<ServiceName, std::vector<std::size_t>> assigned_;
};

}  // namespace oms
