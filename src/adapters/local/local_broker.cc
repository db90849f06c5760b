#include "adapters/local/local_broker.h"

#include <algorithm>
#include <utility>

#include "base/partition.h"
#include "ports/closable.h"

namespace oms {

LocalBroker::LocalBroker(std::shared_ptr<LocalQueues> queues)
    : queues_(std::move(queues)), unsettled_([this] { wake(); }), thread_([this] { run(); }) {}

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
      const auto hash = static_cast<std::size_t>(partition_of(envelope.order_id.text()));
      queues_->waiting_[{envelope.to, hash % partitions()}].push_back(std::move(envelope));
      ++queues_->count_;
      places.push_back(i);
    }
  }
  queues_->changed_.notify_all();
  if (!places.empty()) on_confirmed(places);
}

Broker::Subscription LocalBroker::subscribe(ServiceName to, Receive receive) {
  auto closing = closable(std::move(receive));
  const std::scoped_lock lock{queues_->mutex_};
  receivers_[to] = std::move(closing.receive);
  return std::move(closing.subscription);
}

void LocalBroker::consume(ServiceName to, std::span<const std::size_t> partitions) {
  {
    const std::scoped_lock lock{queues_->mutex_};
    wanted_[to] = {partitions.begin(), partitions.end()};
  }
  wake();
}

// Gives up what is not wanted any more, and begins with what is.
void LocalBroker::follow_wishes() {
  std::map<Place, Receive> wanted;
  {
    const std::scoped_lock lock{queues_->mutex_};
    is_woken_ = false;
    for (const auto& [to, partitions] : wanted_) {
      const auto receiver = receivers_.find(to);
      if (is_closed_ || receiver == receivers_.end()) continue;
      for (const auto partition : partitions) wanted[{to, partition}] = receiver->second;
    }
  }
  for (auto held = holds_.begin(); held != holds_.end();) {
    if (wanted.contains(held->first)) {
      ++held;
      continue;
    }
    give_back(held->first, unsettled_.end_hold(held->second));
    held = holds_.erase(held);
  }
  for (auto& [place, receive] : wanted) {
    if (!holds_.contains(place)) holds_[place] = unsettled_.begin_hold(std::move(receive));
  }
}

void LocalBroker::give_back(const Place& place, std::vector<Envelope> envelopes) {
  {
    const std::scoped_lock lock{queues_->mutex_};
    auto& queue = queues_->waiting_[place];
    queues_->count_ += envelopes.size();
    queue.insert(queue.begin(), std::make_move_iterator(envelopes.begin()),
                 std::make_move_iterator(envelopes.end()));
  }
  queues_->changed_.notify_all();
}

std::optional<std::pair<LocalBroker::Place, Envelope>> LocalBroker::take_one() {
  if (!unsettled_.has_room()) return std::nullopt;
  const std::scoped_lock lock{queues_->mutex_};
  for (const auto& [place, hold] : holds_) {
    auto& queue = queues_->waiting_[place];
    if (queue.empty()) continue;
    auto envelope = std::move(queue.front());
    queue.pop_front();
    --queues_->count_;
    return std::pair{place, std::move(envelope)};
  }
  return std::nullopt;
}

void LocalBroker::run() {
  for (;;) {
    follow_wishes();
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
