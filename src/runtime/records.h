#pragma once

#include "messages/define_record.h"
#include "messages/envelope.h"

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

// How many messages have gone from one service to another about one order. The sender's store
// counts what it has sent, the receiver's what it has decided.
struct Channel {
  std::string id;  // order/from/to
  std::int64_t count = 0;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Channel, (), (id, count, at))

inline const RecordType& record_type(const Channel*) {
  static const RecordType type = define_record<Channel>({.table = "runtime_channel"});
  return type;
}

// A message on its way to a service that lives elsewhere. Written in the commit that caused it,
// erased when the broker has it.
struct Outgoing {
  std::string id;  // order/from/to/number
  std::int64_t partition = 0;
  Envelope envelope;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Outgoing, (), (id, partition, envelope, at))

inline const RecordType& record_type(const Outgoing*) {
  static const RecordType type =
      define_record<Outgoing>({.table = "runtime_outbox",
                               .columns = {column<&Outgoing::partition>("partition")},
                               .indexes = {{.columns = "partition"}}});
  return type;
}

// A message that came before those that were sent before it.
struct Parked {
  std::string id;  // order/from/to/number
  Envelope envelope;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Parked, (), (id, envelope, at))

inline const RecordType& record_type(const Parked*) {
  static const RecordType type = define_record<Parked>({.table = "runtime_parked"});
  return type;
}

// The processes that share a store: one record, which each renews.
struct Seat {
  Id process;
  Time until;
};
BOOST_DESCRIBE_STRUCT(Seat, (), (process, until))

struct Seating {
  static constexpr std::string_view only = "seating";
  std::string id{only};
  std::vector<Seat> seats;  // by process
};
BOOST_DESCRIBE_STRUCT(Seating, (), (id, seats))

inline const RecordType& record_type(const Seating*) {
  static const RecordType type = define_record<Seating>({.table = "runtime_seating"});
  return type;
}

std::string channel_id(const Id& order_id, ServiceName from, ServiceName to);
std::string place_in(const std::string& channel, std::int64_t number);

// What is shared out between replicas, by order.
inline constexpr std::int64_t partition_count = 64;
std::int64_t partition_of(std::string_view id);

}  // namespace oms::runtime
