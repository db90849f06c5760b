#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "ports/broker.h"

namespace oms::testing {

// The messages between services that are on their way. Any thread.
class Traffic {
 public:
  void sent(const Envelope& envelope) {
    const std::scoped_lock lock{mutex_};
    const auto key = key_of(envelope);
    if (!settled_.contains(key)) on_their_way_.insert(key);
  }
  void settled(const Envelope& envelope) {
    const std::scoped_lock lock{mutex_};
    settled_.insert(key_of(envelope));
    on_their_way_.erase(key_of(envelope));
  }
  bool is_idle() const {
    const std::scoped_lock lock{mutex_};
    return on_their_way_.empty();
  }

 private:
  using Key = std::pair<Id, Passage>;
  static Key key_of(const Envelope& envelope) { return {envelope.id, envelope.passage()}; }

  mutable std::mutex mutex_;
  std::set<Key> on_their_way_;
  std::set<Key> settled_;
};

// A real broker, of which is known what it still has.
class WatchedBroker final : public Broker {
 public:
  WatchedBroker(std::unique_ptr<Broker> inner, std::shared_ptr<Traffic> traffic)
      : inner_(std::move(inner)), traffic_(std::move(traffic)) {}

  std::size_t partitions() const override { return inner_->partitions(); }
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override {
    for (const auto& envelope : envelopes) {
      if (envelope.to != ServiceName::world) traffic_->sent(envelope);
    }
    inner_->publish(std::move(envelopes), std::move(on_confirmed));
  }
  Subscription subscribe(ServiceName to, Receive receive) override {
    return inner_->subscribe(to, [receive = std::move(receive), traffic = traffic_](
                                     const Envelope& envelope, Settle settle) {
      receive(envelope, [envelope, traffic, settle = std::move(settle)](Disposition disposition) {
        if (disposition == Disposition::ack) traffic->settled(envelope);
        settle(disposition);
      });
    });
  }
  void consume(ServiceName to, std::span<const std::size_t> partitions) override {
    inner_->consume(to, partitions);
  }

 private:
  std::unique_ptr<Broker> inner_;
  std::shared_ptr<Traffic> traffic_;
};

}  // namespace oms::testing
