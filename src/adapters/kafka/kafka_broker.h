#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/broker.h"
#include "ports/broker_settings.h"

namespace oms {

// Kafka, from 2.4 on: a topic for each service and each stream of public events, which is made
// where it is not there yet.
//
// The URL is as in `kafka/settings.h`. Answers when the topics are there: `invalid` for the URL,
// `unavailable`, or `conflict` where a topic would lose messages. From then on it connects again
// by itself. `warn` is called from any thread with what an operator wants to know.
Result<std::unique_ptr<Broker>> open_kafka_broker(std::string_view url,
                                                  std::function<void(const std::string&)> warn,
                                                  EventNames event_names = {});

// Asks it who it is, and changes nothing. Errors: `invalid`, or `unavailable`, also for a wrong
// password: the library goes on trying.
Result<void> try_kafka_broker(std::string_view url);

}  // namespace oms
