#include "runtime/records.h"

#include <algorithm>
#include <array>
#include <utility>

#include "messages/define_record.h"

namespace oms::runtime {

const RecordType& record_type(const InboxEntry*) {
  static const RecordType type = define_record<InboxEntry>({.table = "runtime_inbox"});
  return type;
}

const RecordType& record_type(const ClockReading*) {
  static const RecordType type = define_record<ClockReading>({.table = "runtime_clock"});
  return type;
}

Key ClockReading::key() {
  return key_of<ClockReading>(ClockReading{}.id);
}

namespace {

// Messages to observers, until events derived from records.
constexpr std::array<std::string_view, 4> retired{"StockLow", "StockOut", "PromiseMissed",
                                                  "PaymentAlarm"};

Result<DeadLetter> read_letter(std::string_view json) {
  auto letter = read_record<DeadLetter>(json);
  if (letter) return letter;
  auto stored = read_record<StoredLetter>(json);
  if (!stored || std::ranges::find(retired, stored->payload.type) == retired.end()) return letter;
  return DeadLetter{.id = stored->id,
                    .order_id = stored->order_id,
                    .reason = std::move(stored->reason),
                    .payload = Retired{.name = std::move(stored->payload.type)},
                    .at = stored->at,
                    .is_final = true,
                    .traceparent = std::move(stored->traceparent)};
}

}  // namespace

const RecordType& record_type(const DeadLetter*) {
  static const RecordType type =
      define_record<DeadLetter, &read_letter>({.table = "runtime_dead_letter"});
  return type;
}

const RecordType& record_type(const AuditEntry*) {
  static const RecordType type = define_record<AuditEntry>({
      .table = "runtime_audit",
      .columns = {column<&AuditEntry::who>("who"), column<&AuditEntry::subject>("subject")},
      .indexes = {{.column = "who"}, {.column = "subject"}},
  });
  return type;
}

const RecordType& record_type(const ErasedSubject*) {
  static const RecordType type = define_record<ErasedSubject>({.table = "runtime_erased"});
  return type;
}

const RecordType& record_type(const Seating*) {
  static const RecordType type = define_record<Seating>({.table = "runtime_seating"});
  return type;
}

const RecordType& record_type(const Sequence*) {
  static const RecordType type = define_record<Sequence>({.table = "runtime_sequence"});
  return type;
}

}  // namespace oms::runtime
