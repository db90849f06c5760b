#include "messages/envelope.h"

#include "messages/trace.h"

namespace oms {

Envelope sealed(const Message& message, const Passage& passage) {
  const bool is_traced = message.trace.trace_id != Trace{}.trace_id;
  return {.id = message.id,
          .order_id = message.order_id,
          .from = passage.from,
          .to = passage.to,
          .number = passage.number,
          .traceparent = is_traced ? to_traceparent(message.trace) : std::string{},
          .payload = message.payload};
}

Message opened(const Envelope& envelope) {
  return {.id = envelope.id,
          .order_id = envelope.order_id,
          .payload = envelope.payload,
          .trace = parse_traceparent(envelope.traceparent).value_or(Trace{})};
}

}  // namespace oms
