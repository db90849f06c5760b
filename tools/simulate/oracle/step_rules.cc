#include <algorithm>
#include <span>

#include "tools/simulate/oracle/rules.h"

// What a record may become. These tables are the oracle's own; that they say the same as the
// product's is what the simulation is to show.
namespace oms::simulate {
namespace {

bool is_end(OrderStatus status) {
  return status == OrderStatus::completed || status == OrderStatus::cancelled;
}

// Line by line, what is over may be changed, and ends once more.
bool may_be_revised(const orders::Order& order) {
  return order.saga == "supply";
}

bool is_legal(const orders::Order& order, OrderStatus from, OrderStatus to, Reason reason) {
  if (is_end(from)) return is_end(to) && to != from && may_be_revised(order);
  if (to != OrderStatus::cancelled) return to > from;
  return from < OrderStatus::preparing || reason == Reason::delivery_failed ||
         reason == Reason::operator_request;
}

void check_history(const Life& life, const orders::Order* before, const orders::Order& after) {
  const auto known = before != nullptr ? before->history.size() : 0;
  if (after.history.empty() || after.history.size() < known) {
    broken("history_grows", "entries of the history are gone", life);
  }
  for (std::size_t i = 1; i < after.history.size(); ++i) {
    const auto& last = after.history[i - 1];
    const auto& next = after.history[i];
    if (!is_legal(after, last.status, next.status, next.reason)) {
      broken("legal_steps", "the order took a step that it may not take", life);
    }
    if (next.version <= last.version) broken("version_rises", "two steps of one version", life);
    if (next.at < last.at) broken("time_runs_forward", "a step is older than the last", life);
  }
  if (after.history.back().status != after.status) {
    broken("history_grows", "the status is not the history's last", life);
  }
}

// What is there keeps its price, whatever is changed of it.
bool are_prices_kept(const orders::Order& before, const orders::Order& after) {
  return std::ranges::all_of(after.lines, [&](const OrderLine& line) {
    const auto known = std::ranges::find(before.lines, line.product_id, &OrderLine::product_id);
    return known == before.lines.end() || known->unit_price == line.unit_price;
  });
}

bool are_lines_kept(const orders::Order& before, const orders::Order& after) {
  if (!goes_by_line(after) && revised_by(before, after) != 0) return are_prices_kept(before, after);
  const bool is_changed = after.revision && may_be_revised(after);
  if (after.lines.size() < before.lines.size()) return false;
  if (after.lines.size() > before.lines.size() && !is_changed) return false;
  return std::ranges::equal(before.lines, std::span{after.lines}.first(before.lines.size()),
                            [&](const OrderLine& was, const OrderLine& is) {
                              return is.unit_price == was.unit_price &&
                                     is.product_id == was.product_id &&
                                     (is_changed || is.quantity == was.quantity);
                            });
}

template <class T>
bool is_one_of(T value, std::initializer_list<T> allowed) {
  for (const auto each : allowed) {
    if (each == value) return true;
  }
  return false;
}

bool may_become(PaymentStatus from, PaymentStatus to) {
  using enum PaymentStatus;
  if (from == to) return true;
  switch (from) {
    case requested:
      return to != none && to != partially_refunded;
    case link_ready:
      return is_one_of(to, {captured, refund_pending, expired, failed, refunded, requested});
    case captured:
    case partially_refunded:  // the provider may refund what it likes
      return is_one_of(to, {refund_pending, partially_refunded, refunded});
    case expired:
    case failed:  // the money may come all the same
      return is_one_of(to, {refund_pending, refunded});
    case refund_pending:  // of a part, or refused
      return is_one_of(to, {captured, partially_refunded, refunded});
    case authorized:
      return is_one_of(to, {captured, voided, refund_pending});
    case refunded:
    case voided:
    case none:
      return false;
  }
  return false;
}

// Where money is moved elsewhere, refunds come unasked, fail, and are refused for a dispute.
bool may_become_elsewhere(PaymentStatus from, PaymentStatus to) {
  using enum PaymentStatus;
  return from != none && is_one_of(to, {captured, refund_pending, partially_refunded, refunded});
}

}  // namespace

void check_step(const Life& life, const orders::Order* before, const orders::Order& after) {
  check_history(life, before, after);
  check_changes(life, before, after);
  check_revision(life, before, after);
  MinorUnits total = 0;
  for (const auto& line : after.lines) {
    if (line.status != LineStatus::cancelled) total += line.unit_price * line.quantity;
  }
  if (after.total != total) broken("total_frozen", "the total is not what its lines cost", life);
  if (before == nullptr) return;
  if (after.version <= before->version) broken("version_rises", "the version has not risen", life);
  const bool is_same = after.currency == before->currency &&
                       after.customer_id == before->customer_id &&
                       after.day_number == before->day_number;
  if (!is_same || !are_lines_kept(*before, after)) {
    broken("total_frozen", "lines, prices, customer or number have changed", life);
  }
}

void check_step(const Life& life, const coordinator::Saga* before, const coordinator::Saga& after) {
  using coordinator::Phase;
  if (after.main.is_live() && !after.main.due && !after.change) {  // else it may wait for that
    broken("due_or_over", "a live saga has no due time", life);
  }
  check_tries(life, after.main);
  if (after.change) {
    if (!after.change->run.due) broken("due_or_over", "a change has no due time", life);
    check_tries(life, after.change->run);
  }
  if (before == nullptr) return;
  if (!before->main.is_live() && after.main.phase != before->main.phase) {
    broken("legal_steps", "a saga that was over goes on", life);
  }
  if (before->main.pivoted && !after.main.pivoted)
    broken("legal_steps", "the pivot was taken back", life);
}

void check_step(const Life& life, const stock::Reservation* before,
                const stock::Reservation& after) {
  using stock::ReservationState;
  for (std::size_t i = 0; i < after.lines.size(); ++i) {
    const auto& line = after.lines[i];
    const bool is_known = before != nullptr && i < before->lines.size();
    const auto least = is_known ? before->lines[i].returned : 0;
    if (line.returned < least || line.returned > line.quantity) {
      broken("lines_together", "goods have come back twice, or less than before", life);
    }
  }
  if (before == nullptr) return;
  if (before->state != ReservationState::held && after.state != before->state) {
    broken("held_once", "a reservation has left what it had come to", life);
  }
  if (after.state == ReservationState::refused && before->state != ReservationState::refused) {
    broken("held_once", "what was held was refused afterwards", life);
  }
  if ((before->returned && !after.returned) || (before->written_off && !after.written_off) ||
      (after.returned && after.written_off)) {
    broken("held_once", "goods were returned and written off, or neither any more", life);
  }
}

// What is asked for now fits in what is left, besides the disputes that were known.
void check_asked_for(const Life& life, const payments::Payment& before,
                     const payments::Payment& after) {
  const bool is_new = after.refunds.size() > before.refunds.size() &&
                      after.refunds.back().initiated_by == Initiator::oms;
  if (!is_new) return;
  MinorUnits gone = 0;
  for (const auto& refund : after.refunds) {
    const bool is_void =
        refund.status == RefundStatus::failed || refund.status == RefundStatus::canceled;
    if (!is_void) gone += refund.amount;
  }
  for (std::size_t i = 0; i < before.disputes.size(); ++i) {
    if (after.disputes.at(i).status != DisputeStatus::won) gone += after.disputes[i].amount;
  }
  if (gone > after.captured) {
    broken("ledger_agrees", "a refund is asked for of what is disputed", life);
  }
}

void check_step(const Life& life, const payments::Payment* before, const payments::Payment& after) {
  using enum PaymentStatus;
  const bool is_under_way = is_one_of(after.status, {requested, link_ready, refund_pending});
  if (is_under_way && !after.awaits_link && !after.due) {
    broken("due_or_over", "a payment that is under way has no due time", life);
  }
  if (after.captured > life.charged) {
    broken("ledger_agrees", "captured, but not in the provider's book", life);
  }
  if (after.refunded > life.paid_back + life.came_back || after.refunded > after.captured) {
    broken("ledger_agrees", "refunded, but not in the provider's book", life);
  }
  const bool has_money =
      is_one_of(after.status, {captured, refund_pending, partially_refunded, refunded});
  if (has_money != (after.captured > 0)) {
    broken("ledger_agrees", "the payment's status and its sums differ", life);
  }
  // What was refunded before the shop was restored from a backup is heard of as if it were new.
  const bool is_heard_again = life.was_reset && life.has_asked_change();
  const bool is_legal_step = before == nullptr || may_become(before->status, after.status) ||
                             ((life.is_moved_elsewhere() || is_heard_again) &&
                              may_become_elsewhere(before->status, after.status));
  if (!is_legal_step) broken("legal_steps", "the payment took a step that it may not take", life);
  if (before != nullptr) check_asked_for(life, *before, after);
  check_changes(life, after);
}

void check_step(const Life& life, const payments::ClosedLinks* before,
                const payments::ClosedLinks& after) {
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  for (const auto& link : after.links) {
    captured += link.captured;
    refunded += link.refunded;
  }
  if (captured > life.closed_charged || refunded > life.closed_paid_back || refunded > captured) {
    broken("ledger_agrees", "a closed link has taken or given what its provider has not", life);
  }
  if (before != nullptr && before->links.size() > after.links.size()) {
    broken("ledger_agrees", "a closed link was forgotten", life);
  }
}

void check_step(const Life& life, const kitchen::Ticket* before, const kitchen::Ticket& after) {
  using enum kitchen::TicketStatus;
  if (before == nullptr || before->status == after.status) return;
  const bool is_taken = life.aborts_asked > 0 && after.status == cancelled &&
                        is_one_of(before->status, {preparing, ready});
  const bool is_legal_step = is_one_of(before->status, {waiting, held}) || is_taken ||
                             (before->status == preparing && after.status == ready);
  if (!is_legal_step) broken("legal_steps", "the ticket took a step that it may not take", life);
}

void check_step(const Life& life, const delivery::Delivery* before,
                const delivery::Delivery& after) {
  using enum delivery::DeliveryStatus;
  if (before == nullptr || before->status == after.status) return;
  const bool is_pickup = before->status == waiting;
  if (is_pickup ? !is_one_of(after.status, {collected, failed, withdrawn})
                : is_one_of(before->status, {delivered, failed, collected})) {
    broken("legal_steps", "a delivery took a step that it may not take", life);
  }
}

void check_step(const Life& life, const notifications::Notices* before,
                const notifications::Notices& after) {
  for (const auto& notice : after.notices) {
    if (notice.status == NoticeStatus::pending && !after.due) {
      broken("due_or_over", "a notice is pending and has no due time", life);
    }
  }
  if (before == nullptr) return;
  if (after.notices.size() < before->notices.size()) {
    broken("notice_once", "a notice is gone", life);
  }
  for (std::size_t i = 0; i < after.notices.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (after.notices[i].kind == after.notices[j].kind &&
          after.notices[i].channel == after.notices[j].channel) {
        broken("notice_once", "two notices of one kind and channel", life);
      }
    }
  }
}

}  // namespace oms::simulate
