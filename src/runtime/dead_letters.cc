#include "runtime/dead_letters.h"

#include "base/planted.h"
#include "codec/json_read.h"

namespace oms::runtime {
namespace {

// What an older version could not read, this one may.
Payload known(const DeadLetter& letter) {
  const auto* unknown = std::get_if<UnknownMessage>(&letter.payload);
  if (unknown == nullptr) return letter.payload;
  auto payload = read_json<Payload>(unknown->text, Reading::lenient);
  return payload ? *std::move(payload) : letter.payload;
}

}  // namespace

void DeadLetterDesk::needs(const Message& message, const Records&, Keys& keys) const {
  const auto* settle = std::get_if<SettleDeadLetter>(&message.payload);
  keys.push_back(key_of<DeadLetter>((settle != nullptr ? settle->id : message.id).text()));
}

Decision DeadLetterDesk::decide(const Message& message, const Records& records, Time now) const {
  Decision decision;
  if (const auto* unknown = std::get_if<UnknownMessage>(&message.payload)) {
    decision.saves(DeadLetter{.id = message.id,
                              .order_id = message.order_id,
                              .reason = "this version does not know such a message",
                              .payload = *unknown,
                              .at = now});
    return decision;
  }
  const auto& settle = std::get<SettleDeadLetter>(message.payload);
  const auto* letter = records.get<DeadLetter>(settle.id.text());
  // What a letter causes is about its own order, so the caller must have named it.
  if (letter == nullptr || letter->order_id != message.order_id) {
    decision.refuses(ErrorKind::not_found, "there is no such dead letter");
    return decision;
  }
  if (!planted::is("keep_replayed_letter")) {
    decision.erase.push_back(key_of<DeadLetter>(settle.id.text()));
  }
  if (settle.action == SettleDeadLetter::Action::replay) decision.send.push_back(known(*letter));
  return decision;
}

}  // namespace oms::runtime
