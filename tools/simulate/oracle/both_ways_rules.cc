// Rules that are read in both directions: what ends an order has its cause, and what is a cause has
// ended it.
#include "codec/json_names.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using delivery::DeliveryStatus;
using kitchen::TicketStatus;
using stock::ReservationState;

bool is_refused(const Life& life) {
  return life.reservation && life.reservation->state == ReservationState::refused;
}
bool is_rejected(const Life& life) {
  return life.ticket && life.ticket->status == TicketStatus::rejected;
}
bool is_undeliverable(const Life& life) {
  return life.delivery && life.delivery->status == DeliveryStatus::failed;
}

void check_history(const Life& life) {
  const auto& order = *life.order;
  for (const auto& entry : order.history) {
    const bool is_end = entry.status == OrderStatus::cancelled;
    if (entry.reason != (is_end ? order.reason : Reason::none)) {
      broken("reason_given", "the history tells another reason than the order", life);
    }
  }
}

// What happened to the goods: sold, given back, or lost.
void check_goods(const Life& life) {
  const auto& reservation = *life.reservation;
  const bool is_cancelled = life.has(OrderStatus::cancelled);
  const bool is_lost = is_cancelled && life.order->reason == Reason::delivery_failed;
  if (reservation.written_off != is_lost) {
    broken("lines_together",
           is_lost ? "goods that were lost are not written off"
                   : "goods were written off that had not left the shop",
           life);
  }
  if (reservation.returned && (!is_cancelled || is_lost || life.saga->main.pivoted)) {
    broken("lines_together", "goods were put back that had left the shelf for good", life);
  }
  if (reservation.state == ReservationState::held) {
    broken("lines_together", "the order is over and its goods are still held", life);
  }
  if ((reservation.state == ReservationState::refused) != (reservation.reason != Reason::none)) {
    broken("reason_given", "stock was refused without a reason, or held with one", life);
  }
}

// A customer who was served, or turned away, has an order that says so.
void check_service(const Life& life) {
  const bool is_completed = life.has(OrderStatus::completed);
  const auto expect = [&](bool is_one, bool is_other, const char* what) {
    if (is_one != is_other) broken("saga_told_truly", what, life);
  };
  const bool is_delivered = life.delivery && life.delivery->status == DeliveryStatus::delivered;
  const bool is_cooked = life.ticket && life.ticket->status == TicketStatus::ready;
  expect(is_delivered, is_completed, "what was delivered is not completed, or the reverse");
  expect(is_cooked, life.has_been(OrderStatus::ready), "what was cooked was not called ready");
  expect(is_cooked, life.saga->main.pivoted, "what was cooked could still be cancelled");
  expect(static_cast<bool>(life.delivery), is_cooked, "what was cooked was not sent out");
  expect(is_undeliverable(life), life.order->reason == Reason::delivery_failed,
         "what could not be delivered is not called so");
  if (!is_completed) return;
  for (const auto status :
       {OrderStatus::paid, OrderStatus::preparing, OrderStatus::ready, OrderStatus::delivering}) {
    if (!life.has_been(status)) {
      broken("history_complete",
             "a completed order was never " + std::string{json::name_of(status)}, life);
    }
  }
}

}  // namespace

void check_reasons(const Life& life) {
  const auto& order = *life.order;
  const bool is_cancelled = order.status == OrderStatus::cancelled;
  if (is_cancelled != (order.reason != Reason::none)) {
    broken("reason_given", "cancelled without a reason, or a reason without need", life);
  }
  if (life.saga->main.reason != order.reason) {
    broken("reason_given", "the saga was cancelled for another reason than the order", life);
  }
  check_history(life);
  if (order.cancel_requested) {
    broken("saga_told_truly", "an order that is over waits for its cancellation", life);
  }
  const auto refusal = is_refused(life) ? life.reservation->reason : Reason::none;
  // Who was faster.
  const bool is_other = order.reason == Reason::customer_request ||
                        (order.reason == Reason::refunded_by_provider && life.was_refunded_in_full);
  if (refusal != Reason::none && refusal != order.reason && !is_other) {
    broken("reason_given", "stock was refused, and the order does not say so", life);
  }
  if (is_rejected(life) && order.reason != Reason::kitchen_rejected && !is_other) {
    broken("reason_given", "the kitchen has rejected it, and the order does not say so", life);
  }
}

namespace {

// What the provider has begun to refund, or a bank has taken.
MinorUnits moved_elsewhere(const payments::Payment& payment) {
  MinorUnits sum = 0;
  for (const auto& refund : payment.refunds) {
    const bool is_theirs = refund.initiated_by == Initiator::provider;
    if (is_theirs && refund.status == RefundStatus::pending) sum += refund.amount;
  }
  for (const auto& dispute : payment.disputes) {
    if (dispute.status != DisputeStatus::won) sum += dispute.amount;
  }
  return sum;
}

}  // namespace

void check_both_ways(const Life& life) {
  check_goods(life);
  check_service(life);
  if (!life.payment) return;
  const auto& payment = *life.payment;
  const bool is_completed = life.has(OrderStatus::completed);
  // What was cooked may be refunded by anyone, and what is disputed is not refunded.
  if (is_completed && (!life.refunds_elsewhere.empty() || life.refunded_by_changes() > 0)) return;
  const bool is_paid_for =
      payment.captured > payment.refunded + (is_completed ? 0 : moved_elsewhere(payment));
  if (is_paid_for != is_completed) {
    broken("money_adds_up", "what was paid for did not come, or what came was not paid for", life);
  }
}

}  // namespace oms::simulate
