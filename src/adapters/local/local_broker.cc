#include "adapters/local/local_broker.h"

#include <algorithm>
#include <utility>

#include "base/partition.h"
#include "messages/mailbox.h"
#include "ports/closable.h"

namespace oms {

LocalBroker::LocalBroker(std::shared_ptr<LocalQueues> queues)
    : queues_(std::move(queues)),
      assignment_(queues_->partitions_),
      unsettled_([this] { wake(); }),
      thread_([this] { run(); }) {}

LocalBroker::~LocalBroker() {
  {
    const std::scoped_lock lock{queues_->mutex_};
    is_closed_ = true;
  }
  queues_->changed_.notify_all();
  thread_.join();
}

void LocalBroker::wake() {
  {
    const std::scoped_lock lock{queues_->mutex_};
    is_woken_ = true;
  }
  queues_->changed_.notify_all();
}

void LocalBroker::publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) {
  std::vector<std::size_t> places;
  {
    const std::scoped_lock lock{queues_->mutex_};
    for (std::size_t i = 0; i < envelopes.size(); ++i) {
      if (queues_->count_ == LocalQueues::waiting_max) break;
      auto& envelope = envelopes[i];
      if (envelope.to == ServiceName::world) {  // nobody outside can follow this one
        places.push_back(i);
        continue;
      }
      const auto hash = static_cast<std::size_t>(partition_of(envelope.order_id.text()));
      queues_->waiting_[{mailbox_of(envelope.to), hash % partitions()}].push_back(
          std::move(envelope));
      ++queues_->count_;
      places.push_back(i);
    }
  }
  queues_->changed_.notify_all();
  if (!places.empty()) on_confirmed(places);
}

Broker::Subscription LocalBroker::subscribe(ServiceName to, Receive receive) {
  auto closing = closable(std::move(receive));
  assignment_.subscribe(to, std::move(closing.receive));
  return std::move(closing.subscription);
}

void LocalBroker::consume(ServiceName to, std::span<const std::size_t> partitions) {
  assignment_.consume(to, partitions);
  wake();
}

// Gives up what is not assigned any more, and begins with what is.
void LocalBroker::follow_assignment() {
  Assignment::Receivers assigned;
  {
    const std::scoped_lock lock{queues_->mutex_};
    is_woken_ = false;
    if (!is_closed_) assigned = assignment_.receivers();
  }
  for (auto held = holds_.begin(); held != holds_.end();) {
    if (assigned.contains(held->first)) {
      ++held;
      continue;
    }
    give_back(held->first, unsettled_.end_hold(held->second));
    held = holds_.erase(held);
  }
  for (auto& [partition, receive] : assigned) {
    if (!holds_.contains(partition)) holds_[partition] = unsettled_.begin_hold(std::move(receive));
  }
}

void LocalBroker::give_back(const Partition& partition, std::vector<Envelope> envelopes) {
  {
    const std::scoped_lock lock{queues_->mutex_};
    auto& queue = queues_->waiting_[partition];
    queues_->count_ += envelopes.size();
    queue.insert(queue.begin(), std::make_move_iterator(envelopes.begin()),
                 std::make_move_iterator(envelopes.end()));
  }
  queues_->changed_.notify_all();
}

std::optional<std::pair<LocalBroker::Partition, Envelope>> LocalBroker::take_one() {
  if (!unsettled_.has_room()) return std::nullopt;
  const std::scoped_lock lock{queues_->mutex_};
  for (const auto& [partition, hold] : holds_) {
    auto& queue = queues_->waiting_[partition];
    if (queue.empty()) continue;
    auto envelope = std::move(queue.front());
    queue.pop_front();
    --queues_->count_;
    return std::pair{partition, std::move(envelope)};
  }
  return std::nullopt;
}

void LocalBroker::run() {
  for (;;) {
    follow_assignment();
    while (auto taken = take_one()) {
      std::vector<Envelope> one;
      one.push_back(std::move(taken->second));
      unsettled_.hand_in({holds_.at(taken->first), ++position_}, std::move(one));
    }
    unsettled_.take_settled();  // they are gone from the queue already
    const auto again = unsettled_.hand_in_again(Unsettled::Clock::now());
    const bool has_room = unsettled_.has_room();
    std::unique_lock lock{queues_->mutex_};
    if (is_closed_ && holds_.empty()) return;
    const auto has_work = [&] {
      const auto waits = [&](const auto& hold) { return !queues_->waiting_[hold.first].empty(); };
      return is_woken_ || is_closed_ || (has_room && std::ranges::any_of(holds_, waits));
    };
    if (again) {
      queues_->changed_.wait_until(lock, *again, has_work);
    } else {
      queues_->changed_.wait(lock, has_work);
    }
  }
}

}  // namespace oms
