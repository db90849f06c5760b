#pragma once

#include <chrono>
#include <string>

#include "messages/cloud_event.h"
#include "messages/common.h"
#include "ports/broker_settings.h"

namespace oms::kafka {

// kafka://user:password@host:port,host:port?min_retention_hours=24
//   security=plaintext | ssl | sasl_plaintext | sasl_ssl
//   mechanism=PLAIN | SCRAM-SHA-256 | SCRAM-SHA-512, with user and password
// with what every broker's URL may say. `prefix` is the name of the group, too.
struct Settings : BrokerSettings {
  static constexpr std::string_view system = "kafka";

  std::string servers;
  std::string security;
  std::string mechanism;
  std::string user;
  std::string password;
  std::chrono::hours min_retention{24};

  std::string topic(ServiceName to) const;
  // Of a stream of public events, but for those that have a topic of their own.
  std::string event_topic(std::string_view stream) const;
  std::string event_topic(const CloudEventHead& head) const;
};

// An error names what is wrong, and never the password.
Result<Settings> read_settings(std::string_view url);

}  // namespace oms::kafka
