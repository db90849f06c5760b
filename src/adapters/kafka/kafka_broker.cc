#include "adapters/kafka/kafka_broker.h"

#include "adapters/kafka/consumer.h"
#include "adapters/kafka/handle.h"
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

Result<void> try_kafka_broker(std::string_view url) {
  constexpr int answered_within_ms = 8'000;
  OMS_TRY(const auto settings, kafka::read_settings(url));
  std::string why;
  const auto on_error = [](rd_kafka_t*, int, const char* text, void* to) {
    *static_cast<std::string*>(to) = text;
  };
  OMS_TRY(const auto handle, kafka::open_handle(settings, RD_KAFKA_PRODUCER, {},
                                                {.owner = &why, .on_error = on_error}));
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(handle.get(), 0, nullptr, &metadata, answered_within_ms);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(metadata);
    return {};
  }
  rd_kafka_poll(handle.get(), 0);  // has the cause told
  return fail(ErrorKind::unavailable, "Kafka at " + settings.shown + " does not answer: " +
                                          (why.empty() ? rd_kafka_err2str(error) : why));
}

}  // namespace oms
