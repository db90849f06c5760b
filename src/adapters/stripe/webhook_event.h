#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "messages/message.h"

namespace oms::stripe {

// The kinds of events that OMS uses, at most 20: so many Stripe lists at a time.
std::span<const std::string_view> event_types();

// Reads the JSON of one event, whose signature has been checked or that Stripe has listed, into a
// ProviderEvent.
//
// The order is the session's `client_reference_id`, or else the metadata's `order_id`. A kind of
// event that OMS does not use, or one of an order that is not ours, gives a message without an
// order id, whose word is `open`. A refund or dispute that names no order keeps its word, and the
// payment intent's name in place of the session's: Stripe knows whose it is. The message's id
// follows from the event's: a repeated event is the same message. Errors: invalid.
Result<Message> read_event(std::string_view body);

}  // namespace oms::stripe
