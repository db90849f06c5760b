#include "adapters/rabbitmq/rabbitmq_broker.h"

#include "adapters/rabbitmq/consumer.h"
#include "adapters/rabbitmq/publisher.h"
#include "ports/closable.h"

namespace oms {

struct RabbitmqBroker::Parts {
  rabbitmq::Settings settings;
  std::unique_ptr<rabbitmq::Publisher> publisher;
  std::unique_ptr<rabbitmq::Consumer> consumer;
};

RabbitmqBroker::RabbitmqBroker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RabbitmqBroker::~RabbitmqBroker() = default;

Result<std::unique_ptr<RabbitmqBroker>> RabbitmqBroker::open(std::string_view url, Warn warn) {
  auto parts = std::make_unique<Parts>();
  OMS_TRY(parts->settings, rabbitmq::read_settings(url));
  const auto& settings = parts->settings;
  parts->settings.warn = std::move(warn);
  auto connection = std::make_unique<rabbitmq::Connection>(settings);
  Result<void> done;
  for (std::size_t i = 0; i < settings.hosts.size(); ++i) {
    done = connection->open();
    if (done) break;
  }
  if (done) done = rabbitmq::declare_exchanges(*connection, 1, settings);
  if (!done) return std::unexpected(std::move(done).error());
  parts->publisher = std::make_unique<rabbitmq::Publisher>(settings, std::move(connection));
  parts->consumer = std::make_unique<rabbitmq::Consumer>(settings);
  return std::unique_ptr<RabbitmqBroker>{new RabbitmqBroker{std::move(parts)}};
}

std::size_t RabbitmqBroker::partitions() const {
  return parts_->settings.partitions;
}

void RabbitmqBroker::publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) {
  parts_->publisher->publish(std::move(envelopes), std::move(on_confirmed));
}

Broker::Subscription RabbitmqBroker::subscribe(ServiceName to, Receive receive) {
  auto closing = closable(std::move(receive));
  parts_->consumer->subscribe(to, std::move(closing.receive));
  return std::move(closing.subscription);
}

void RabbitmqBroker::consume(ServiceName to, std::span<const std::size_t> partitions) {
  parts_->consumer->consume(to, partitions);
}

}  // namespace oms
