#include "runtime/dead_letters.h"

namespace oms::runtime {

void DeadLetterDesk::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<DeadLetter>(std::get<SettleDeadLetter>(message.payload).id));
}

Decision DeadLetterDesk::decide(const Message& message, const Records& records, Now) const {
  Decision decision;
  const auto& settle = std::get<SettleDeadLetter>(message.payload);
  const auto* letter = records.get<DeadLetter>(settle.id);
  // What a letter causes is about its own order, so the caller must have named it.
  if (letter == nullptr || letter->order_id != message.order_id) {
    decision.refuses(ErrorKind::not_found, "there is no such dead letter");
    return decision;
  }
  if (letter->is_final && settle.action == SettleDeadLetter::Action::replay) {
    decision.refuses(ErrorKind::conflict,
                     "this cannot be replayed: its caller was told that it failed, or this version "
                     "no longer takes such a message. Drop it");
    return decision;
  }
  decision.erase.push_back(key_of<DeadLetter>(settle.id));
  if (settle.action == SettleDeadLetter::Action::replay) {
    decision.send.push_back(letter->payload);
    decision.trace = order_trace(letter->order_id, letter->traceparent);
  }
  return decision;
}

}  // namespace oms::runtime
