#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/broker.h"

namespace oms {

// RabbitMQ, from 3.10 on. A direct exchange, and a quorum queue for each partition of a service,
// which are declared where they are not there yet.
class RabbitmqBroker final : public Broker {
 public:
  using Warn = std::function<void(const std::string&)>;

  // The URL is as in `rabbitmq/settings.h`. Answers when it could log in: `invalid` for the URL,
  // `unauthorized`, or `unavailable`. From then on it connects again by itself. `warn` is called
  // from any thread with what an operator wants to know.
  static Result<std::unique_ptr<RabbitmqBroker>> open(std::string_view url, Warn warn);
  ~RabbitmqBroker() override;

  std::size_t partitions() const override;
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override;
  Subscription subscribe(ServiceName to, Receive receive) override;
  void consume(ServiceName to, std::span<const std::size_t> partitions) override;

 private:
  struct Parts;
  explicit RabbitmqBroker(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace oms
