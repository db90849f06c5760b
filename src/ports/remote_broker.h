#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "ports/closable.h"

namespace oms {

// A broker elsewhere, of an adapter's parts: its settings, and what publishes and what consumes by
// them, each on a thread of its own.
template <class Settings, class Publisher, class Consumer>
class RemoteBroker final : public Broker {
 public:
  explicit RemoteBroker(Settings chosen) : settings(std::move(chosen)) {}

  std::string_view system() const override { return Settings::system; }
  std::size_t partitions() const override { return settings.partitions; }
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override {
    publisher->publish(std::move(envelopes), std::move(on_confirmed));
  }
  Subscription subscribe(ServiceName to, Receive receive) override {
    auto closing = closable(std::move(receive));
    consumer->subscribe(to, std::move(closing.receive));
    return std::move(closing.subscription);
  }
  void consume(ServiceName to, std::span<const std::size_t> partitions) override {
    consumer->consume(to, partitions);
  }

  const Settings settings;
  std::unique_ptr<Publisher> publisher;  // both are there before the first call
  std::unique_ptr<Consumer> consumer;
};

}  // namespace oms
