#include "services/payments/service.h"

#include <stdexcept>

#include "services/payments/announce.h"
#include "services/payments/course.h"

namespace oms::payments {
namespace {

using Result = StepAnswer::Result;

Payment requested_by(const CollectPayment& command, const Id& order_id) {
  return {.id = order_id,
          .customer_id = command.customer_id,
          .amount = command.amount,
          .currency = command.currency,
          .expires_at = command.expires_at,
          .lines = command.lines,
          .ref = command.ref};
}

// An undo that came before its do: nothing was asked of the provider, and nothing will be.
Decision tombstone(const UndoPayment& command, const Id& order_id) {
  Decision decision;
  decision.saves(Payment{.id = order_id,
                         .status = PaymentStatus::failed,
                         .undo_requested = true,
                         .failure = command.reason});
  decision.sends(StepAnswer{.ref = command.ref, .result = Result::undone});
  return decision;
}

// It was forgotten since orders has asked.
Decision refuse(const RefundPayment& command) {
  Decision decision;
  decision.sends(
      StepAnswer{.ref = command.ref, .result = Result::refused, .reason = Reason::not_refundable});
  return decision;
}

// The payment was forgotten, or never was. What cannot be recorded must be told all the same.
Decision unknown_payment(const ProviderEvent& event, const Id& order_id) {
  using Word = ProviderWord;
  const bool moves_money =
      event.word == Word::refunded || event.word == Word::refund || event.word == Word::dispute;
  if (!moves_money) throw std::runtime_error("there is no payment for this order");
  Decision decision;
  const Payment unknown{.id = order_id, .status = PaymentStatus::none, .currency = event.currency};
  decision.announce.push_back(
      event_about(unknown, EventType::payment_unknown, event.amount,
                  event.subject_id.empty() ? event.event_id : event.subject_id));
  return decision;
}

}  // namespace

void PaymentsService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Payment>(message.order_id));
}

Decision PaymentsService::decide(const Message& message, const Records& records, Now now) const {
  const Payment* payment = records.get<Payment>(message.order_id);
  if (payment == nullptr) {
    if (const auto* command = std::get_if<CollectPayment>(&message.payload)) {
      return Course{requested_by(*command, message.order_id), settings_, now}.request();
    }
    if (const auto* command = std::get_if<UndoPayment>(&message.payload)) {
      return tombstone(*command, message.order_id);
    }
    if (const auto* command = std::get_if<RefundPayment>(&message.payload)) return refuse(*command);
    if (const auto* event = std::get_if<ProviderEvent>(&message.payload)) {
      return unknown_payment(*event, message.order_id);
    }
    throw std::runtime_error("there is no payment for this order");
  }
  Course course{*payment, settings_, now};
  if (const auto* m = std::get_if<CollectPayment>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<UndoPayment>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<RefundPayment>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<ProviderEvent>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<PaymentOutcome>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<WakeUp>(&message.payload)) return course.on(*m);
  throw std::runtime_error("payments does not take this message");
}

void PaymentsService::needs(const Question& question, Keys& keys) const {
  keys.push_back(key_of<Payment>(std::get<RefundableOf>(question).order_id));
}

Answer PaymentsService::answer(const Question& question, const Records& records) const {
  const auto* payment = records.get<Payment>(std::get<RefundableOf>(question).order_id);
  if (payment == nullptr) return Refundable{};
  const auto refunds = refunds_of(*payment);
  return Refundable{.is_known = true,
                    .captured = payment->captured,
                    .refunded = sum_of(refunds, RefundStatus::succeeded),
                    .pending = sum_of(refunds, RefundStatus::pending),
                    .disputed = disputed(payment->disputes),
                    .is_unwanted = payment->undo_requested || payment->failure != Reason::none};
}

}  // namespace oms::payments
