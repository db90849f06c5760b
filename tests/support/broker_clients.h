#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "ports/broker.h"

// What publishes and receives in the tests of brokers.
namespace oms::testing {

// Publishes, and publishes again what is not confirmed, as the relay does.
class Sender {
 public:
  explicit Sender(Broker& broker) : broker_(broker) {}

  void publish(std::vector<Envelope> envelopes) {
    auto keys = std::make_shared<std::vector<Id>>();
    for (const auto& envelope : envelopes) keys->push_back(envelope.id);
    {
      const std::scoped_lock lock{state_->mutex};
      for (const auto& envelope : envelopes) state_->unconfirmed.emplace(envelope.id, envelope);
    }
    const auto began = std::chrono::steady_clock::now();
    broker_.publish(std::move(envelopes),
                    [state = state_, keys](std::span<const std::size_t> places) {
                      const std::scoped_lock lock{state->mutex};
                      for (const auto place : places) state->unconfirmed.erase(keys->at(place));
                      state->confirmations += places.size();
                    });
    longest = std::max(longest, std::chrono::steady_clock::now() - began);
  }
  void publish_again() {
    std::vector<Envelope> again;
    {
      const std::scoped_lock lock{state_->mutex};
      for (const auto& [id, envelope] : state_->unconfirmed) again.push_back(envelope);
    }
    publish(std::move(again));
  }
  std::size_t unconfirmed() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->unconfirmed.size();
  }
  std::size_t confirmations() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->confirmations;
  }
  bool is_done() const { return unconfirmed() == 0; }

  std::chrono::steady_clock::duration longest{};  // that a call took

 private:
  struct State {  // the broker may call when this is gone
    std::mutex mutex;
    std::map<Id, Envelope> unconfirmed;
    std::size_t confirmations = 0;
  };
  Broker& broker_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// What one process has received.
class Arrivals {
 public:
  struct Arrival {
    Envelope envelope;
    Broker::Settle settle;
  };
  enum class Habit { acknowledge, hold };

  explicit Arrivals(Habit habit = Habit::acknowledge) : state_(std::make_shared<State>()) {
    state_->habit = habit;
  }

  Broker::Receive receiver() {
    return [state = state_](Envelope envelope, const Broker::Settle& settle) {
      {
        const std::scoped_lock lock{state->mutex};
        state->all.push_back({std::move(envelope), settle});
        state->ids.insert(state->all.back().envelope.id);
        if (state->habit == Habit::hold) return;
      }
      settle(Disposition::ack);
    };
  }
  std::vector<Arrival> all() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->all;
  }
  std::size_t count() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->all.size();
  }
  std::size_t different() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->ids.size();
  }
  bool has(const Id& id) const {
    const std::scoped_lock lock{state_->mutex};
    return state_->ids.contains(id);
  }
  // All that is there, and all that comes.
  void acknowledge_all() {
    std::vector<Arrival> held;
    {
      const std::scoped_lock lock{state_->mutex};
      state_->habit = Habit::acknowledge;
      held = state_->all;
    }
    for (const auto& arrival : held) arrival.settle(Disposition::ack);
  }

 private:
  struct State {
    std::mutex mutex;
    Habit habit = Habit::acknowledge;
    std::vector<Arrival> all;
    std::set<Id> ids;
  };
  std::shared_ptr<State> state_;
};

}  // namespace oms::testing
