#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/url.h"
#include "messages/common.h"

namespace oms::kafka {

// kafka://user:password@host:port,host:port?partitions=1&prefix=oms&min_retention_hours=24
//   security=plaintext | ssl | sasl_plaintext | sasl_ssl
//   cacert= (of a file; the system's otherwise), and cert= and key= where the broker asks for them
//   mechanism=PLAIN | SCRAM-SHA-256 | SCRAM-SHA-512, with user and password
struct Settings {
  std::string servers;
  std::string security;
  std::string mechanism;
  std::string user;
  std::string password;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::size_t partitions = 1;
  std::string prefix;  // how the names of the topics begin, and the name of the group
  std::chrono::hours min_retention{24};
  std::string shown;  // the URL as it may be logged
  std::function<void(const std::string&)> warn = [](const std::string&) {};

  std::string topic(ServiceName to) const;
};

// An error names what is wrong, and never the password.
Result<Settings> read_settings(std::string_view url);

}  // namespace oms::kafka
