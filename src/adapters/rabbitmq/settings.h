#pragma once

#include <functional>
#include <string>

#include "base/url.h"
#include "messages/common.h"

namespace oms::rabbitmq {

// amqp://user:password@host:port,host:port/vhost?partitions=1&prefix=oms, or amqps:// with
// cacert= (of a file; the system's otherwise), and cert= and key= where the broker asks for them.
struct Settings {
  std::vector<Url::Host> hosts;  // tried in turn
  std::string vhost;
  std::string user;
  std::string password;
  bool is_secure = false;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::size_t partitions = 1;
  std::string prefix;  // the exchange, and how the names of the queues begin
  std::string shown;   // the URL as it may be logged
  std::function<void(const std::string&)> warn = [](const std::string&) {};

  std::string queue(ServiceName to, std::size_t partition) const;
};

// An error names what is wrong, and never the password.
Result<Settings> read_settings(std::string_view url);

}  // namespace oms::rabbitmq
