#pragma once

#include <map>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "ports/broker.h"

namespace oms {

// The partitions that this process consumes, each with its service's receiver. Any thread.
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
  const std::size_t partitions_;
  mutable std::mutex mutex_;
  std::map<ServiceName, Broker::Receive> by_service_;
  std::map<ServiceName, std::vector<std::size_t>> assigned_;
};

}  // namespace oms
