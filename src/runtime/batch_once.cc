// What a batch remembers of idempotency keys.
#include "runtime/batch.h"
#include "runtime/records.h"

namespace oms::runtime {

// True when the idempotency key was used before: the caller gets the first answer again.
Result<bool> Batch::repeat_answer(const Pending& pending) {
  const auto& once = *pending.message().once;
  const auto* entry = records_.get<InboxEntry>(once.key.view());
  if (entry == nullptr) {
    // The key may have come twice in this very batch.
    for (const auto& [earlier, root] : to_remember_) {
      // One that was refused leaves the key to others: it may be corrected and tried again.
      const bool is_refused = replies_[root].refusal.has_value();
      if (earlier.key != once.key || is_refused) continue;
      replies_[pending.root] = replies_[root];
      if (earlier.fingerprint != once.fingerprint) {
        replies_[pending.root].refusal =
            Error{ErrorKind::unprocessable, "this Idempotency-Key was used for another request"};
      }
      return true;
    }
    return false;
  }
  if (entry->fingerprint != once.fingerprint) {
    replies_[pending.root].refusal =
        Error{ErrorKind::unprocessable, "this Idempotency-Key was used for another request"};
    return true;
  }
  const auto* type = services_.type_named(entry->table);
  if (type == nullptr) return fail(ErrorKind::internal, "an inbox entry names an unknown table");
  OMS_TRY(auto value, type->decode(entry->shown.text));
  repeated_[pending.root] = Record{*type, std::move(value)};
  return true;
}

void Batch::remember(const Once& once, std::size_t root) {
  const auto& reply = replies_[root];
  const Record* record = reply.show ? find(*reply.show) : nullptr;
  if (reply.refusal || record == nullptr) return;  // a refusal may be corrected and tried again
  InboxEntry entry{.id = std::string{once.key.view()},
                   .fingerprint = once.fingerprint,
                   .table = std::string{record->type().table},
                   .shown = {},
                   .at = now_};
  record->type().encode(record->value(), entry.shown.text);
  records_.save(make_record(std::move(entry)));
}

}  // namespace oms::runtime
