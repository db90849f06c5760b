#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/url.h"

namespace oms {

// What kinds of public events are called outside, where that is not their own name: "order.created"
// is "orderCreatedEvent".
using EventNames = std::map<std::string, std::string, std::less<>>;

// "order.created=orderCreatedEvent,payment.completed=paid": an error names what is wrong. The names
// are what Kafka allows for a topic.
Result<EventNames> read_event_names(std::string_view text);

// By which name it is published.
inline std::string_view name_outside(std::string_view type, const EventNames& names) {
  const auto named = names.find(type);
  return named != names.end() ? std::string_view{named->second} : type;
}

// The parameters that every broker's URL may have: partitions=1&prefix=oms, cacert= (of a file),
// and cert= and key= where the broker asks for them.
struct BrokerSettings {
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::size_t partitions = 1;
  std::string prefix;  // how the names of queues or topics begin
  std::string shown;   // the URL as it may be logged
  EventNames event_names;
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

// An error names what is wrong.
Result<BrokerSettings> read_broker_settings(const Url& url);

}  // namespace oms
