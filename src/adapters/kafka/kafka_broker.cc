#include "adapters/kafka/kafka_broker.h"

#include "adapters/kafka/consumer.h"
#include "adapters/kafka/producer.h"
#include "ports/closable.h"

namespace oms {

struct KafkaBroker::Parts {
  kafka::Settings settings;
  std::unique_ptr<kafka::Producer> producer;
  std::unique_ptr<kafka::Consumer> consumer;
};

KafkaBroker::KafkaBroker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KafkaBroker::~KafkaBroker() = default;

Result<std::unique_ptr<KafkaBroker>> KafkaBroker::open(std::string_view url, Warn warn) {
  auto parts = std::make_unique<Parts>();
  OMS_TRY(parts->settings, kafka::read_settings(url));
  parts->settings.warn = std::move(warn);
  OMS_CHECK(kafka::ensure_topics(parts->settings));
  OMS_TRY(parts->producer, kafka::Producer::open(parts->settings));
  OMS_TRY(parts->consumer, kafka::Consumer::open(parts->settings));
  return std::unique_ptr<KafkaBroker>{new KafkaBroker{std::move(parts)}};
}

std::size_t KafkaBroker::partitions() const {
  return parts_->settings.partitions;
}

void KafkaBroker::publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) {
  parts_->producer->publish(std::move(envelopes), std::move(on_confirmed));
}

Broker::Subscription KafkaBroker::subscribe(ServiceName to, Receive receive) {
  auto closing = closable(std::move(receive));
  parts_->consumer->subscribe(to, std::move(closing.receive));
  return std::move(closing.subscription);
}

void KafkaBroker::consume(ServiceName to, std::span<const std::size_t> partitions) {
  parts_->consumer->consume(to, partitions);
}

}  // namespace oms
