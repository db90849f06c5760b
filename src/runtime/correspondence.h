#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "messages/envelope.h"
#include "messages/events.h"
#include "messages/record.h"

namespace oms::runtime {

// Messages that came before those that were sent before them, and wait for them.
inline constexpr std::int64_t early_max = 32;

// A message as it is kept: the row tells whose it is.
struct StoredMessage {
  std::int64_t number = 0;
  Id id;
  std::string traceparent;
  JsonText payload;
  std::optional<By> by = {};
};
BOOST_DESCRIBE_STRUCT(StoredMessage, (), (number, id, traceparent, payload, by))

// What a service here and one elsewhere have sent each other.
struct Channel {
  ServiceName here = ServiceName::world;
  ServiceName there = ServiceName::world;
  std::int64_t sent = 0;              // the last number
  std::int64_t received = 0;          // the last number that was decided
  Id last_received;                   // the message that had it
  std::vector<StoredMessage> unsent;  // not known to be with the broker, by number
  std::vector<StoredMessage> early;  // by number; the next one may wait for a version that reads it
};
BOOST_DESCRIBE_STRUCT(Channel, (), (here, there, sent, received, last_received, unsent, early))

// What the services of one store and those elsewhere have said to each other about one order: one
// row, written in each commit that sends or receives something about it. Its version is what makes
// two processes that share the store decide one after the other.
struct Correspondence {
  std::string id;  // the order's
  std::vector<Channel> channels;
  std::optional<Time> due;  // while something is unsent, or cannot be read
  Time at;                  // of the last change

  // What is to become of a message from elsewhere.
  enum class Arrival {
    next,      // decide it: from now on it counts as received
    early,     // it waits until those before it have come
    too_far,   // it is to come again: too many before it are missing
    repeated,  // it was decided before
    reused,    // another message had this number: its sender's store was set back
  };
  Arrival arrival_of(const Passage& passage, const Id& message) const;

  // It is decided in the commit that writes this row.
  void receive(const Passage& passage, const Id& message);

  // Keeps a message whose turn it is not, or that cannot be read yet. Once.
  void keep_early(const Envelope& envelope);

  // The message whose turn it is, if it has come already.
  std::optional<Envelope> next_early(const Channel& with) const;
  std::optional<Envelope> next_early(ServiceName here, ServiceName there) const;

  // Numbers a message, and keeps it until it is with the broker.
  Envelope send(const Message& message, ServiceName here);

  // The same with an event, for the world.
  Envelope announce(const PublicEvent& event);

  // What is unsent, as it is published.
  std::vector<Envelope> unsent() const;

  // Drops it, as the broker has it. False if it is not here.
  bool confirm(const Passage& passage);

  // Whether nothing is left to send or to decide.
  bool is_at_rest() const;

  // Due in 5 to 10 s, on a boundary of five seconds, so that the time rarely changes; and a minute
  // apart at most where looking at it has had no effect.
  void schedule(Time now, bool is_in_vain);

 private:
  const Channel* find(ServiceName here, ServiceName there) const;
  Channel& make(ServiceName here, ServiceName there);
};
BOOST_DESCRIBE_STRUCT(Correspondence, (), (id, channels, due, at))

const RecordType& record_type(const Correspondence*);

}  // namespace oms::runtime
