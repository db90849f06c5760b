#pragma once

#include <exception>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ports/store.h"
#include "ports/tracer.h"
#include "runtime/correspondence.h"
#include "runtime/inbound.h"
#include "runtime/meter.h"
#include "runtime/number_blocks.h"
#include "runtime/relay.h"
#include "runtime/services.h"
#include "runtime/working_set.h"
#include "services/service.h"

namespace oms::runtime {

inline constexpr int waves_max = 64;
inline constexpr int rounds_max = 3;

// Decides messages and all that they cause, without writing anything. A message whose rule fails
// becomes a dead letter; what caused it stands.
class Batch {
 public:
  struct Parts {
    const Services& services;
    Store& store;
    const Relay& relay;
    // Being committed meanwhile: what it holds counts as committed.
    const Batch* in_flight = nullptr;
    Hold hold = Hold::no;        // whether what is loaded is kept from other processes
    bool has_followers = false;  // outside, through the broker: they get the public events
    Tracer* tracer = nullptr;
    Meter* meter = nullptr;
  };
  // `numbers` are those that were left when the batch in flight was closed.
  Batch(const Parts& parts, NumberBlocks numbers)
      : services_(parts.services),
        store_(parts.store),
        relay_(parts.relay),
        in_flight_(parts.in_flight),
        hold_(parts.hold),
        has_followers_(parts.has_followers),
        tracer_(parts.tracer),
        meter_(parts.meter),
        numbers_(std::move(numbers)) {}

  // Adds messages to the batch. Errors come from the store only; the batch is then void.
  Result<void> decide(std::span<const Inbound> messages, Now now);

  // Once, when nothing more is decided: what those outside may follow of it is numbered, and kept
  // until the broker has it.
  void announce_outside(Time wall);

  // The changes are durable, or there are none. Only then may effects start.
  void note_committed() { is_committed_ = true; }
  std::vector<Effect> take_effects();

  // The batch in flight is written: the store itself tells of its records from now on.
  void forget_in_flight() { in_flight_ = nullptr; }

  // A record as it stands after the decisions. Null where there is none, or none was needed.
  const Record* find(const Key& key) const {
    return records_.knows(key) ? records_.find(key) : nullptr;
  }

  // When a record was due before the decisions.
  std::optional<Time> due_before(const Key& key) const { return records_.due_before(key); }

  // That of the decision which has changed it last.
  Trace trace_of(const Key& key) const { return records_.trace_of(key); }

  // With the sums, where others write to the store as well.
  std::vector<Change> changes(bool and_sums = false) const { return records_.changes(and_sums); }

  // What is left of the claimed numbers. A batch that is not committed has taken none.
  const NumberBlocks& numbers() const { return numbers_; }

  // What the caller of the n-th message is told, once the changes are committed.
  Result<Record> answer(std::size_t n) const;

  // The messages that need a record which a newer version has written, or cause one that does, by
  // their number. If there are any the batch is void: the others are to be decided without them.
  std::map<std::size_t, Error> held_up;

  std::vector<PublicEvent> unrecorded;  // of which no change tells
  std::vector<Envelope> outgoing;       // to publish after the commit
  std::vector<OutgoingKey> confirmed;   // which no row holds any more
  std::size_t decided = 0;
  std::size_t failed = 0;

  // What was decided of the traces that are wanted, in that order.
  struct Traced {
    Id id;
    Id order_id;
    Trace trace;  // with the span of what caused it
    std::string_view name;
    ServiceName service = ServiceName::world;
    bool has_travelled = false;
    std::int64_t received_ns = 0;  // by this process; 0: earlier, or from here
    std::int64_t begin_ns = 0;
    std::string error = {};
  };
  std::vector<Traced> traced;

 private:
  struct Pending {
    std::size_t root;                         // the message of the batch that began it
    const Inbound* inbound = nullptr;         // the caller's, of a root
    Message caused = {};                      // of any other
    ServiceName sender = ServiceName::world;  // the service here that sent it
    std::optional<Passage> passage = {};      // of one from elsewhere
    std::vector<Question> questions = {};     // of the service that decides it
    bool needs_more = false;                  // than is known to be loaded
    std::exception_ptr problem = {};          // why it is not known what it needs

    bool is_root() const { return inbound != nullptr; }
    const Message& message() const { return is_root() ? inbound->message : caused; }
  };
  Result<void> prefetch(std::span<Pending> wave);
  void begin_collecting(Pending& pending, Keys& missing);
  bool collect_missing(Pending& pending, Keys& missing);
  Result<bool> load_needed(Pending& pending);
  Result<void> load_rounds(const Pending& pending);
  void hold_up(std::size_t root, const NewerRecord& record);
  Result<void> load(Keys& keys);
  Result<void> load_one(const Key& key);
  bool take_from_flight(const Key& key);
  void collect(const Pending& pending, const Service& service, Keys& keys) const;
  Result<void> decide_one(Pending& pending, std::vector<Pending>& next);
  Result<bool> repeat_answer(const Pending& pending);
  void remember(const Once& once, std::size_t root);
  Decision ask(const Service& service, const Pending& pending);
  void check(const Decision& decision, const Service& service) const;
  void apply(Decision&& decision, ServiceName sender, Pending& pending, std::vector<Pending>& next);
  Result<void> set_aside(const Message& message, std::string reason);
  Result<void> put_on_record(const Message& message, const Reply& reply);
  Result<void> note_erased(std::span<const std::string> subjects);
  // A record that a decision has changed, and with which order what it announces is kept.
  struct Announcer {
    Key key;
    Id order_id;
    std::size_t root = 0;
    bool is_fresh = false;
  };
  void note_announcer(const Key& key, std::string_view name, const Pending& pending);
  void keep_events(std::span<const PublicEvent> events, const Id& order_id);
  Result<void> load_correspondences();
  Correspondence correspondence_about(const Id& order_id) const;
  Result<bool> receive(const Pending& pending, std::vector<Pending>& next);
  void go_on(std::optional<Envelope> early, std::size_t root, std::vector<Pending>& next) const;
  Result<void> resume(const Pending& pending, std::vector<Pending>& next);
  bool drop_confirmed(Correspondence& correspondence);
  Result<void> send_elsewhere();
  void settle_correspondences();
  const Service* service_for(const Message& message) const;
  void meter(const Message& message, std::int64_t begin_ns, bool has_failed) const {
    if (meter_ == nullptr) return;
    meter_->note_decision(message.payload, Meter::now_ns() - begin_ns, has_failed);
  }
  void trace(const Pending& pending, ServiceName service, std::int64_t begin_ns, const Trace& in,
             std::string error = {});
  Trace told_outside(Trace trace, const Id& order_id) const;

  const Services& services_;
  Store& store_;
  const Relay& relay_;
  const Batch* in_flight_;
  Hold hold_;
  bool has_followers_;
  Tracer* tracer_;
  Meter* meter_;
  Now now_{Time{}};
  WorkingSet records_;
  NumberBlocks numbers_;
  bool is_committed_ = false;
  std::vector<Effect> effects_;
  std::vector<Reply> replies_;
  std::vector<Record> repeated_;  // answers that an inbox entry has kept
  std::vector<std::pair<Once, std::size_t>> to_remember_;
  std::vector<Pending> to_send_;        // to services elsewhere
  std::vector<Announcer> to_announce_;  // since correspondences were loaded last
  std::map<Key, Id> announcers_;        // and before
  std::vector<Id> keeps_unrecorded_;    // with which order each of those is kept
  Keys corresponded_;                   // rows in which something was sent or received
  Keys keys_;                           // of the current message
};

}  // namespace oms::runtime
