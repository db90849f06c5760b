#pragma once

#include <boost/describe.hpp>

#include "codec/json_kinds.h"
#include "messages/message.h"
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
  // It cannot be replayed, only dropped: its caller was told that it failed, or nobody decides such
  // a message any more.
  bool is_final = false;
  std::string traceparent;  // of its caller, if it had one
};
BOOST_DESCRIBE_STRUCT(DeadLetter, (), (id, order_id, reason, payload, at, is_final, traceparent))

const RecordType& record_type(const DeadLetter*);

// The same as it is stored, whichever message it holds.
struct StoredPayload {
  std::string type;
  JsonText data;
};
BOOST_DESCRIBE_STRUCT(StoredPayload, (), (type, data))

struct StoredLetter {
  Id id;
  Id order_id;
  std::string reason;
  StoredPayload payload;
  Time at;
  std::string traceparent;
};
BOOST_DESCRIBE_STRUCT(StoredLetter, (), (id, order_id, reason, payload, at, traceparent))

// What was done on somebody's behalf. Written in the commit that decided it; it names no customer
// but by an id.
struct AuditEntry {
  Id id;  // the message's: ids made later sort later
  Time at;
  std::string who;
  std::string action;   // the message's name, and which of its actions
  std::string subject;  // an order, an item, …
  std::string reason;   // in their own words
  std::string outcome;  // "done", or why it was refused
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (), (id, at, who, action, subject, reason, outcome))

const RecordType& record_type(const AuditEntry*);

// A subject, such as an order or a customer, whose customer is erased. What is kept about it beside
// the services' records is not yet, while this is here.
struct ErasedSubject {
  std::string id;
  Time at;
};
BOOST_DESCRIBE_STRUCT(ErasedSubject, (), (id, at))

const RecordType& record_type(const ErasedSubject*);

// The processes that share a store: one record, which each renews.
struct Seat {
  Id process;
  Time until;
  Time since;
};
BOOST_DESCRIBE_STRUCT(Seat, (), (process, until, since))

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

}  // namespace oms::runtime
