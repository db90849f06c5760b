#include "messages/envelope.h"

#include <utility>
#include <variant>

#include "codec/json_read.h"
#include "codec/json_write.h"
#include "messages/trace.h"

namespace oms {

Envelope to_envelope(const Message& message, const Passage& passage) {
  Envelope envelope{.id = message.id,
                    .order_id = message.order_id,
                    .from = passage.from,
                    .to = passage.to,
                    .number = passage.number,
                    .traceparent = to_traceparent(message.trace),
                    .by = message.by};
  write_json_compact(message.payload, envelope.payload.text);
  return envelope;
}

Result<Message> to_message(const Envelope& envelope) {
  OMS_TRY(auto said, read_json<Said>(envelope.payload.text, Reading::lenient));
  return Message{
      .id = envelope.id,
      .order_id = envelope.order_id,
      .payload = std::visit([](auto what) { return Payload{std::move(what)}; }, std::move(said)),
      .trace = order_trace(envelope.order_id, envelope.traceparent),
      .by = envelope.by};
}

}  // namespace oms
