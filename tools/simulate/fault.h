#pragma once

#include <boost/describe.hpp>
#include <cstdint>

namespace oms::simulate {

// What goes wrong, or meets at a bad moment. Each is on for half of the seeds, so that faults come
// alone as well as together.
enum class Fault {
  // the process and its disk
  crash,               // between two calls to the outside, a commit's write among them
  commit_lost,         // it has happened, but the answer says that the store is broken
  commit_unsure,       // it has happened, but the answer says that the store is unavailable
  commit_conflict,     // refused: decide again
  commit_unavailable,  // refused, once
  disk_full,           // refused for a while
  disk_slow,           // seconds for each commit, while the runtime decides on
  clock_jump,          // the wall clock, an hour ahead or back, while running or at a start
  // the payment provider
  request_lost,   // nothing was done, nothing is heard
  answer_lost,    // it was done, nothing is heard
  request_late,   // it is done after the caller has given up
  provider_down,  // for a while
  provider_gone,  // for more than a day: its last minute is lost, and its idempotency keys
  webhook_early,  // paid before we know of the link
  webhook_late,
  webhook_twice,
  webhook_lost,
  webhook_forged,  // of another amount: poison for a rule
  late_payment,    // the money comes although the link is dead
  notifier_down,   // no message reaches a customer for a while
  // customers and the operator
  request_repeated,  // the same key, the same body
  request_altered,   // the same key, another body
  cancel_races_payment,
  expiry_races_payment,
  restock_races_reservation,
  price_change,
  ticket_rejected,
  delivery_failed,
  // between services that live apart
  broker_down,      // for a while: takes nothing, brings nothing
  partition,        // one service and the broker do not reach each other, or only one way
  message_late,     // behind those that were sent after it
  message_twice,    // to the same process or to another
  message_unknown,  // to a process of an older version
  confirm_lost,     // the broker has it, or some of it, and the sender does not know
  process_asleep,   // does nothing for a while, and then goes on with what it knew
  process_slow,     // a look takes it seconds
  record_newer,     // one of an older version meets what a newer one has written
  stale_process,    // it decides on what another has changed meanwhile, and is refused
  two_publishers,   // two processes bring the same message to the broker
  // Named later, and last, so that the seeds without it play what they played.
  answer_late,      // the provider's word is heard behind newer ones
  request_clashes,  // two bodies under one key, at the same moment
  wrong_currency,   // the provider tells of another currency, by webhook or when it is asked
  less_money,       // or of less than was asked for
  cook_slow,        // by hand, slower than the saga's limit
  courier_slow,
  timer_throws,        // a rule fails whenever it is woken for this order, until it is fixed
  restored,            // from a backup, which knows nothing of the last minutes
  refunded_elsewhere,  // by somebody at the provider, a part or all, in one go or two
  disputed,            // a bank takes a part or all back, and perhaps gives it back later
  refund_refused,      // what the operator gives back, by the provider, for good
  saga_helped,         // the operator asks for a step again, or says that it has happened
  saga_aborted,        // or undoes it all
};
BOOST_DESCRIBE_ENUM(Fault, crash, commit_lost, commit_unsure, commit_conflict, commit_unavailable,
                    disk_full, disk_slow, clock_jump, request_lost, answer_lost, request_late,
                    provider_down, provider_gone, webhook_early, webhook_late, webhook_twice,
                    webhook_lost, webhook_forged, late_payment, notifier_down, request_repeated,
                    request_altered, cancel_races_payment, expiry_races_payment,
                    restock_races_reservation, price_change, ticket_rejected, delivery_failed,
                    broker_down, partition, message_late, message_twice, message_unknown,
                    confirm_lost, process_asleep, process_slow, record_newer, stale_process,
                    two_publishers, answer_late, request_clashes, wrong_currency, less_money,
                    cook_slow, courier_slow, timer_throws, restored, refunded_elsewhere, disputed,
                    refund_refused, saga_helped, saga_aborted)

inline constexpr std::size_t fault_count = static_cast<std::size_t>(Fault::saga_aborted) + 1;

class FaultSet {
 public:
  constexpr bool has(Fault fault) const { return (bits_ & bit(fault)) != 0; }
  constexpr void add(Fault fault) { bits_ |= bit(fault); }
  constexpr void remove(Fault fault) { bits_ &= ~bit(fault); }
  constexpr bool is_empty() const { return bits_ == 0; }

 private:
  static constexpr std::uint64_t bit(Fault fault) {
    return std::uint64_t{1} << static_cast<unsigned>(fault);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace oms::simulate
