#pragma once

#include <boost/describe.hpp>

#include "codec/json_kinds.h"
#include "messages/envelope.h"
#include "messages/record.h"

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

const RecordType& record_type(const InboxEntry*);

// How far the order clock had got, in the one record of its kind.
struct ClockReading {
  std::string id = "clock";
  Time at;
  static Key key();
};
BOOST_DESCRIBE_STRUCT(ClockReading, (), (id, at))

const RecordType& record_type(const ClockReading*);

// A message that a rule could not decide. It stays until someone replays or drops it.
struct DeadLetter {
  Id id;  // the message's
  Id order_id;
  std::string reason;
  Payload payload;
  Time at;
};
BOOST_DESCRIBE_STRUCT(DeadLetter, (), (id, order_id, reason, payload, at))

const RecordType& record_type(const DeadLetter*);

// How many messages have gone from one service to another about one order. The sender's store
// counts what it has sent, the receiver's what it has decided.
struct Channel {
  std::string id;  // order/from/to
  std::int64_t count = 0;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Channel, (), (id, count, at))

const RecordType& record_type(const Channel*);

// A message on its way to a service that lives elsewhere. Written in the commit that caused it,
// erased when the broker has it.
struct Outgoing {
  std::string id;  // order/from/to/number
  std::int64_t partition = 0;
  Envelope envelope;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Outgoing, (), (id, partition, envelope, at))

const RecordType& record_type(const Outgoing*);

// A message that came before those that were sent before it.
struct Parked {
  std::string id;  // order/from/to/number
  Envelope envelope;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Parked, (), (id, envelope, at))

const RecordType& record_type(const Parked*);

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

const RecordType& record_type(const Seating*);

// How many numbers of a sequence the processes that share the store have claimed.
struct Sequence {
  std::string id;
  std::int64_t claimed = 0;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Sequence, (), (id, claimed, at))

const RecordType& record_type(const Sequence*);

std::string channel_id(const Id& order_id, ServiceName from, ServiceName to);
std::string place_in(const std::string& channel, std::int64_t number);

// What is shared out between replicas, by order.
inline constexpr std::int64_t partition_count = 64;
std::int64_t partition_of(std::string_view id);

}  // namespace oms::runtime
