#include "runtime/records.h"

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

const RecordType& record_type(const DeadLetter*) {
  static const RecordType type = define_record<DeadLetter>({.table = "runtime_dead_letter"});
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
