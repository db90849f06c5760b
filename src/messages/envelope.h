#pragma once

#include "messages/message.h"

namespace oms {

// The place of a message in the row of those that one service sends to another about one order:
// 1, 2, 3, … By it the receiver knows what it has decided already and what is still to come.
struct Passage {
  ServiceName from = ServiceName::world;
  ServiceName to = ServiceName::world;
  std::int64_t number = 0;
};

// A message between services that live apart: as it waits in the outbox, as it travels, and as it
// waits for those before it.
struct Envelope {
  Id id;
  Id order_id;
  ServiceName from = ServiceName::world;
  ServiceName to = ServiceName::world;
  std::int64_t number = 0;
  std::string traceparent;
  Payload payload;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (id, order_id, from, to, number, traceparent, payload))

Envelope sealed(const Message& message, const Passage& passage);
Message opened(const Envelope& envelope);

}  // namespace oms
