#pragma once

#include "messages/define_record.h"
#include "messages/message.h"

namespace oms::runtime {

// A command that was carried out, under the caller's idempotency key: what was asked, and what was
// answered. Written in the same commit as its effects.
struct InboxEntry {
  std::string id;           // the digest of scope, route and key
  std::string fingerprint;  // of the body
  std::string table;        // of the record that was shown
  JsonText shown;           // as it was shown
  Time at;
};
BOOST_DESCRIBE_STRUCT(InboxEntry, (), (id, fingerprint, table, shown, at))

inline const RecordType& record_type(const InboxEntry*) {
  static const RecordType type = define_record<InboxEntry>({.table = "runtime_inbox"});
  return type;
}

// A message that a rule could not decide. It stays until someone replays or drops it.
struct DeadLetter {
  Id id;  // the message's
  Id order_id;
  std::string reason;
  Payload payload;
  Time at;
};
BOOST_DESCRIBE_STRUCT(DeadLetter, (), (id, order_id, reason, payload, at))

inline const RecordType& record_type(const DeadLetter*) {
  static const RecordType type = define_record<DeadLetter>({.table = "runtime_dead_letter"});
  return type;
}

}  // namespace oms::runtime
