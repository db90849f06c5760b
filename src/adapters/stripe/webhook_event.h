#pragma once

#include <string_view>

#include "base/result.h"
#include "messages/message.h"

namespace oms::stripe {

// Reads the JSON of one event, whose signature has been checked, into a ProviderEvent.
//
// The order is the session's `client_reference_id`, or else the metadata's `order_id`. A kind of
// event that OMS does not use, or one of an order that is not ours, gives a message without an
// order id; but for a dispute, its word is `open` then. The message's id follows from the event's:
// a repeated event is the same message. Errors: invalid.
Result<Message> read_event(std::string_view body);

}  // namespace oms::stripe
