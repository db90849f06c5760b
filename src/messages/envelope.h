#pragma once

#include <compare>

#include "codec/json_kinds.h"
#include "messages/message.h"

namespace oms {

// The place of a message among those that one service sends to another about one order: 1, 2, 3, …
// By it the receiver knows what it has decided already and what is still to come.
struct Passage {
  ServiceName from = ServiceName::world;
  ServiceName to = ServiceName::world;
  std::int64_t number = 0;

  friend auto operator<=>(const Passage&, const Passage&) = default;
};

// A message between services that live apart, as it travels. The sender encodes the payload once
// and the receiver reads it: those in between need not understand it.
struct Envelope {
  Id id;  // the message's
  Id order_id;
  ServiceName from = ServiceName::world;
  ServiceName to = ServiceName::world;
  std::int64_t number = 0;
  std::string traceparent;
  JsonText payload;
  std::optional<By> by = {};

  Passage passage() const { return {from, to, number}; }
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (id, order_id, from, to, number, traceparent, payload, by))

Envelope to_envelope(const Message& message, const Passage& passage);

// Fails with `invalid` where this version does not know what it says.
Result<Message> to_message(const Envelope& envelope);

}  // namespace oms
