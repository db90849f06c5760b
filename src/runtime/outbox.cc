#include "runtime/outbox.h"

namespace oms::runtime {

void Outbox::needs(const Message& message, const Records&, Keys& keys) const {
  for (const auto& id : std::get<Published>(message.payload).ids) {
    keys.push_back(key_of<Outgoing>(id));
  }
}

Decision Outbox::decide(const Message& message, const Records& records, Now) const {
  Decision decision;
  for (const auto& id : std::get<Published>(message.payload).ids) {
    // Another replica may have published it, too, and may have been faster.
    if (records.get<Outgoing>(id) != nullptr) decision.erase.push_back(key_of<Outgoing>(id));
  }
  return decision;
}

}  // namespace oms::runtime
