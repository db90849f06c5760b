#pragma once

#include <string>
#include <vector>

#include "messages/common.h"
#include "ports/broker_settings.h"

namespace oms::rabbitmq {

// amqp://user:password@host:port,host:port/vhost, or amqps://, with what every broker's URL may
// say.
struct Settings : BrokerSettings {
  static constexpr std::string_view system = "rabbitmq";

  std::vector<Url::Host> hosts;  // tried in turn
  std::string vhost;
  std::string user;
  std::string password;
  bool is_secure = false;

  std::string queue(ServiceName to, std::size_t partition) const;
  std::string event_exchange() const { return prefix + ".events"; }
};

// An error names what is wrong, and never the password.
Result<Settings> read_settings(std::string_view url);

}  // namespace oms::rabbitmq
