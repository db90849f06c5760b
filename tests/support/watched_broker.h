#pragma once

#include <array>
#include <chrono>
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
  void forget() {
    const std::scoped_lock lock{mutex_};
    on_their_way_.clear();
  }

 private:
  using Key = std::pair<Id, Passage>;
  static Key key_of(const Envelope& envelope) { return {envelope.id, envelope.passage()}; }

  mutable std::mutex mutex_;
  std::set<Key> on_their_way_;
  std::set<Key> settled_;
};

// A real broker, of which is known what it still has. What it does not confirm is published again
// by the real clock, as a played one may stand still.
class WatchedBroker final : public Broker {
 public:
  WatchedBroker(std::unique_ptr<Broker> inner, std::shared_ptr<Traffic> traffic)
      : inner_(std::move(inner)), traffic_(std::move(traffic)) {}

  std::size_t partitions() const override { return inner_->partitions(); }
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override {
    const auto told = std::make_shared<OnConfirmed>(std::move(on_confirmed));
    for (std::size_t place = 0; place < envelopes.size(); ++place) {
      if (envelopes[place].to != ServiceName::world) traffic_->sent(envelopes[place]);
      publish({envelopes[place], place, told, {}});
    }
  }
  void publish_again() {
    std::vector<Sent> late;
    {
      const std::scoped_lock lock{sent_->mutex};
      std::erase_if(sent_->open, [&](const auto& entry) {
        const bool is_late = entry.second.at + std::chrono::seconds{1} < Clock::now();
        if (is_late) late.push_back(entry.second);
        return is_late;
      });
    }
    for (auto& one : late) publish(std::move(one));
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
  using Clock = std::chrono::steady_clock;
  struct Sent {
    Envelope envelope;
    std::size_t place = 0;
    std::shared_ptr<OnConfirmed> told;
    Clock::time_point at;
  };
  struct AllSent {  // the broker may call when this is gone
    std::mutex mutex;
    std::map<Id, Sent> open;
  };
  void publish(Sent one) {
    one.at = Clock::now();
    const auto id = one.envelope.id;
    const auto envelope = one.envelope;
    const auto told = one.told;
    const auto place = one.place;
    {
      const std::scoped_lock lock{sent_->mutex};
      sent_->open.insert_or_assign(id, std::move(one));
    }
    inner_->publish({envelope}, [=, sent = sent_](std::span<const std::size_t>) {
      {
        const std::scoped_lock lock{sent->mutex};
        if (sent->open.erase(id) == 0) return;
      }
      const std::array places{place};
      (*told)(places);
    });
  }

  std::unique_ptr<Broker> inner_;
  std::shared_ptr<Traffic> traffic_;
  std::shared_ptr<AllSent> sent_ = std::make_shared<AllSent>();
};

}  // namespace oms::testing
