#include "adapters/kafka/kafka_broker.h"

#include "adapters/kafka/consumer.h"
#include "adapters/kafka/producer.h"
#include "ports/remote_broker.h"

namespace oms {

Result<std::unique_ptr<Broker>> open_kafka_broker(std::string_view url,
                                                  std::function<void(const std::string&)> warn,
                                                  EventNames event_names) {
  using Parts = RemoteBroker<kafka::Settings, kafka::Producer, kafka::Consumer>;
  OMS_TRY(auto settings, kafka::read_settings(url));
  settings.warn = std::move(warn);
  settings.event_names = std::move(event_names);
  OMS_CHECK(kafka::ensure_topics(settings));
  auto broker = std::make_unique<Parts>(std::move(settings));
  OMS_TRY(broker->publisher, kafka::Producer::open(broker->settings));
  OMS_TRY(broker->consumer, kafka::Consumer::open(broker->settings));
  return broker;
}

}  // namespace oms
