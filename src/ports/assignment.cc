#include "ports/assignment.h"

namespace oms {

void Assignment::subscribe(ServiceName to, Broker::Receive receive) {
  const std::scoped_lock lock{mutex_};
  by_service_[to] = std::move(receive);
}

void Assignment::consume(ServiceName to, std::span<const std::size_t> partitions) {
  const std::scoped_lock lock{mutex_};
  assigned_[to] = {partitions.begin(), partitions.end()};
}

Assignment::Receivers Assignment::receivers() const {
  Receivers all;
  const std::scoped_lock lock{mutex_};
  for (const auto& [to, partitions] : assigned_) {
    const auto receiver = by_service_.find(to);
    if (receiver == by_service_.end()) continue;
    for (const auto partition : partitions) {
      if (partition < partitions_) all[{to, partition}] = receiver->second;
    }
  }
  return all;
}

}  // namespace oms
