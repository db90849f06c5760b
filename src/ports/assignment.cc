#include "ports/assignment.h"

#include "messages/mailbox.h"

namespace oms {

void Assignment::subscribe(ServiceName to, Broker::Receive receive) {
  const std::scoped_lock lock{subscribed_->mutex};
  subscribed_->by_service[to] = std::move(receive);
}

void Assignment::consume(ServiceName to, std::span<const std::size_t> partitions) {
  const std::scoped_lock lock{mutex_};
  assigned_[to] = {partitions.begin(), partitions.end()};
}

// A mailbox is consumed as the service is that it is named after.
Assignment::Receivers Assignment::receivers() const {
  Receivers all;
  const std::scoped_lock lock{mutex_, subscribed_->mutex};
  for (const auto& [to, partitions] : assigned_) {
    if (mailbox_of(to) != to || !subscribed_->by_service.contains(to)) continue;
    for (const auto partition : partitions) {
      if (partition < partitions_) all[{to, partition}] = hand_out(subscribed_);
    }
  }
  return all;
}

Broker::Receive Assignment::hand_out(const std::shared_ptr<Subscribed>& subscribed) {
  return [subscribed](Envelope envelope, Broker::Settle settle) {
    Broker::Receive receive;
    {
      const std::scoped_lock lock{subscribed->mutex};
      const auto found = subscribed->by_service.find(envelope.to);
      if (found == subscribed->by_service.end()) return;  // it stays unsettled
      receive = found->second;
    }
    receive(std::move(envelope), std::move(settle));
  };
}

}  // namespace oms
