#pragma once

#include <functional>
#include <string>

#include "base/url.h"

namespace oms {

// The parameters that every broker's URL may have: partitions=1&prefix=oms, cacert= (of a file),
// and cert= and key= where the broker asks for them.
struct BrokerSettings {
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::size_t partitions = 1;
  std::string prefix;  // how the names of queues or topics begin
  std::string shown;   // the URL as it may be logged
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

// An error names what is wrong.
Result<BrokerSettings> read_broker_settings(const Url& url);

}  // namespace oms
