#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/store.h"
#include "runtime/runtime.h"
#include "tools/simulate/agenda.h"
#include "tools/simulate/oracle/commit.h"
#include "tools/simulate/oracle/model.h"
#include "tools/simulate/scenario.h"

namespace oms::simulate {

// The last number of each subject's events that one process has told, from a start to the next
// crash.
class EventsTold {
 public:
  // Throws a Violation if it is not the next.
  void take(const PublicEvent& event);

 private:
  std::map<std::pair<ServiceName, std::string>, std::int64_t> last_;
};

// Judges a run by what was committed, acknowledged, charged, refunded and sent, with a small model
// of its own and none of the product's rules. Whatever it is told may throw a Violation.
class Oracle {
 public:
  Oracle(const Scenario& scenario, const Agenda& agenda);

  // A request for the order was handed in; at most one of those with the same key may be accepted.
  void requested(std::uint64_t number, const Message& request);

  // The disk has these changes now. Checks all that must hold in every committed state.
  void committed(std::span<const Change> changes);

  // A customer or an operator was answered.
  void told_placed(std::uint64_t number, bool has_key, const orders::Order& shown);
  void told_refused(std::uint64_t number, const Id& order_id, const Error& error);
  void told_altered(std::uint64_t number, const Id& order_id, const Result<Record>& answer);
  // Two bodies under one key: the answer to either is about its own, or says that it was not taken.
  void clashes(const Message& request);
  void told_clash(std::uint64_t number, const Id& asked, const Result<Record>& answer);
  // True: it comes too late.
  bool cancel_asked(const Id& order_id);
  void told_cancelled(const Id& order_id, bool is_late, const Result<Record>& answer);
  void told_opened(MinorUnits balance, const Result<Record>& answer) const;
  void price_asked(const PriceChange& change);
  void price_told(const PriceChange& change, const Result<Record>& answer);
  RefundTold refund_asked(const Id& order_id, const RefundOrder& asked);
  void told_refund(const Id& order_id, const RefundTold& told, const Result<Record>& answer);
  RevisionTold revision_asked(const Id& order_id, const ReviseOrder& asked);
  void told_revision(const Id& order_id, const RevisionTold& told, const Result<Record>& answer);
  void refund_refused(const Id& order_id) { ++known(order_id).refunds_refused; }
  void handled(const Id& order_id, HandleTicket::Action action);
  void handled(const Id& order_id, HandleDelivery::Action action);
  void handled(const Id& order_id, HandleSaga::Action action);
  void told_handled(const Id& order_id, const Result<Record>& answer) const;
  void restock_tried(const Restock& restock);
  void restock_told(const Restock& restock);

  // A process has died and is there again: what was under way may be asked for once more.
  void restarted() { ++model_.restarts; }

  // The world was shown these changes: they must be committed.
  void shown(std::span<const Change> changes) const;

  // These lines are safe in the archive.
  void archived(std::string_view lines);

  // The disk is again what it was then. What the world has seen and done since, it has.
  void restored(const Model& backup);

  // An effect starts. What it is for must be committed.
  void asked(const PaymentOperation& operation);
  void asked(const NoticeToSend& notice);

  // The provider's book, and what has reached the customer.
  void link_made(const Id& order_id);
  void held(const Id& order_id, MinorUnits amount) { known(order_id).held = amount; }
  void link_closed(const Id& order_id);
  void charged(const Id& order_id, std::string_view session, MinorUnits amount);
  void paid_back(const Id& order_id, std::string_view session, MinorUnits amount);
  void forged(const Id& order_id);
  // What the provider does unasked, each time that it changes; and what was heard of it.
  void refunded_elsewhere(const Id& order_id, const Refund& refund);
  void disputed(const Id& order_id, const Dispute& dispute);
  void heard(const Message& webhook);
  // The observers of a process were told these events, and no others in its life but `told`.
  void announced(const runtime::Committed& committed, EventsTold& told);
  // The broker has it, for those outside.
  void published(const Envelope& envelope);
  void declined(const Id& order_id) { ++known(order_id).declines; }
  void link_refused(const Id& order_id) { known(order_id).is_link_refused = true; }
  void sent(const NoticeToSend& notice);

  // The time is up for every order to have come to its end.
  void sagas_are_over() const;

  // Nothing is under way any more: checks what must hold then.
  void at_rest() const;

  const Life* life(const Id& order_id) const;
  // The order that has come of a plan; null: none.
  const Life* life_of(std::uint64_t plan) const;
  const Model& model() const { return model_; }

 private:
  Life& known(const Id& order_id);
  static void paid_back(Life& life, std::string_view session, MinorUnits amount);
  static void alarmed(Life& life, const PaymentAlarm& alarm);
  void forget(const Change& change);
  void forget_order(Life& life, const Change& change) const;
  void note_letter(const Change& change);
  void note_key(const Change& change);
  bool is_healed() const;
  void note_refusals(std::span<const Change> changes);
  void note_stock(std::span<const Change> changes);
  void note_passing_stock(std::span<const Change> changes);
  void note_queue(std::span<const Change> changes);
  void take(const Change& change);
  void take_item(const Record& record);
  bool take_account(const Change& change);
  void take_payment(const payments::Payment& payment, Life& life);
  void take_movement(const stock::Movement& movement);
  void check(const Life& life) const;
  void take_order(const orders::Order& order, Life& life);
  static void take_revision(Life& life, const Kept<orders::Order>& before);
  void take_saga(const coordinator::Saga& saga, Life& life) const;
  void take_ticket(const kitchen::Ticket& ticket, Life& life);
  static std::int64_t weigh(const stock::Reservation& reservation, std::size_t at);
  void count(const stock::Reservation* before, const stock::Reservation& after);
  void check_shelves();

  const Scenario& scenario_;
  const Agenda& agenda_;
  Time beginning_;
  Model model_;
  Commit commit_;  // the one that is taken in
};

}  // namespace oms::simulate
