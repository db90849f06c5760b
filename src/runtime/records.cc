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

// FNV-1a: the same in every process, whatever its compiler.
std::int64_t partition_of(std::string_view id) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const auto byte : id.substr(0, Id::text_size)) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
  }
  // The last digits, which alone differ between ids of one second, have not reached all bits yet.
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCDULL;
  return static_cast<std::int64_t>((hash >> 33U) % partition_count);
}

}  // namespace oms::runtime
