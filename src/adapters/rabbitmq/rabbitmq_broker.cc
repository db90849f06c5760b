#include "adapters/rabbitmq/rabbitmq_broker.h"

#include "adapters/rabbitmq/consumer.h"
#include "adapters/rabbitmq/publisher.h"
#include "ports/remote_broker.h"

namespace oms {

Result<std::unique_ptr<Broker>> open_rabbitmq_broker(std::string_view url,
                                                     std::function<void(const std::string&)> warn,
                                                     EventNames event_names) {
  using Parts = RemoteBroker<rabbitmq::Settings, rabbitmq::Publisher, rabbitmq::Consumer>;
  OMS_TRY(auto read, rabbitmq::read_settings(url));
  read.warn = std::move(warn);
  read.event_names = std::move(event_names);
  auto broker = std::make_unique<Parts>(std::move(read));
  const auto& settings = broker->settings;
  auto connection = std::make_unique<rabbitmq::Connection>(settings);
  Result<void> done;
  for (std::size_t i = 0; i < settings.hosts.size(); ++i) {
    done = connection->open();
    if (done) break;
  }
  if (done) done = rabbitmq::declare_exchanges(*connection, 1, settings);
  if (!done) return std::unexpected(std::move(done).error());
  broker->publisher = std::make_unique<rabbitmq::Publisher>(settings, std::move(connection));
  broker->consumer = std::make_unique<rabbitmq::Consumer>(settings);
  return broker;
}

Result<void> try_rabbitmq_broker(std::string_view url) {
  OMS_TRY(const auto settings, rabbitmq::read_settings(url));
  rabbitmq::Connection connection{settings};
  OMS_CHECK(connection.open());
  connection.close();
  return {};
}

}  // namespace oms
