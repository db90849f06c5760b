#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/broker.h"
#include "ports/broker_settings.h"

namespace oms {

// RabbitMQ, from 3.10 on. A direct exchange, and a quorum queue for each partition of a service,
// which are declared where they are not there yet. Public events go to a topic exchange, by their
// names: those outside bind queues of their own.
//
// The URL is as in `rabbitmq/settings.h`. Answers when it could log in: `invalid` for the URL,
// `unauthorized`, or `unavailable`. From then on it connects again by itself. `warn` is called
// from any thread with what an operator wants to know.
Result<std::unique_ptr<Broker>> open_rabbitmq_broker(std::string_view url,
                                                     std::function<void(const std::string&)> warn,
                                                     EventNames event_names = {});

// Logs in and out again, and declares nothing. Errors: as above.
Result<void> try_rabbitmq_broker(std::string_view url);

}  // namespace oms
