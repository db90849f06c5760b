#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/broker.h"

namespace oms {

// Kafka, from 2.4 on: a topic for each service, which is made where it is not there yet.
class KafkaBroker final : public Broker {
 public:
  using Warn = std::function<void(const std::string&)>;

  // The URL is as in `kafka/settings.h`. Answers when the topics are there: `invalid` for the URL,
  // `unavailable`, or `conflict` where a topic would lose messages. From then on it connects again
  // by itself. `warn` is called from any thread with what an operator wants to know.
  static Result<std::unique_ptr<KafkaBroker>> open(std::string_view url, Warn warn);
  ~KafkaBroker() override;

  std::size_t partitions() const override;
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override;
  Subscription subscribe(ServiceName to, Receive receive) override;
  void consume(ServiceName to, std::span<const std::size_t> partitions) override;

 private:
  struct Parts;
  explicit KafkaBroker(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace oms
