#include "services/payments/service.h"

#include <algorithm>
#include <stdexcept>

#include "messages/personal_data.h"
#include "services/payments/accounts.h"
#include "services/payments/announce.h"
#include "services/payments/closed_links.h"
#include "services/payments/transition.h"

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

// Without a link: the money is taken, or held, at once.
template <class Command>
Payment requested_at_once(const Command& command, const Id& order_id, PaymentMethod method,
                          PaymentOperation::Kind kind) {
  return {.id = order_id,
          .customer_id = command.customer_id,
          .amount = command.amount,
          .currency = command.currency,
          .ref = command.ref,
          .method = method,
          .begins_with = kind,
          .payment_token = command.payment_token};
}

Payment requested_by(const ChargePayment& command, const Id& order_id) {
  return requested_at_once(command, order_id, PaymentMethod::card, PaymentOperation::Kind::charge);
}

Payment requested_by(const AuthorizePayment& command, const Id& order_id) {
  return requested_at_once(command, order_id, command.method, PaymentOperation::Kind::authorize);
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

Refundable refundable_of(const Payment& payment) {
  const auto refunds = refunds_of(payment);
  return {.is_known = true,
          .captured = payment.captured,
          .refunded = sum_of(refunds, RefundStatus::succeeded),
          .pending = sum_of(refunds, RefundStatus::pending),
          .disputed = disputed(payment.disputes),
          .is_unwanted = payment.undo_requested || payment.failure != Reason::none};
}

PaymentFacts facts_of(const Payment& payment, const ClosedLinks* closed) {
  const auto refundable = refundable_of(payment);
  PaymentFacts facts{.order_id = payment.id,
                     .status = payment.status,
                     .method = payment.method,
                     .amount = payment.amount,
                     .captured = payment.captured,
                     .refunded = payment.refunded,
                     .pending = refundable.pending,
                     .refundable = refundable.captured - refundable.refunded - refundable.pending -
                                   refundable.disputed,
                     .currency = payment.currency,
                     .session_id = payment.session_id,
                     .awaits_link = payment.awaits_link};
  if (payment.under_way) facts.asked_at = payment.asked_at;
  if (closed == nullptr) return facts;
  for (const auto& link : closed->links) {
    facts.closed.push_back(
        {.session_id = link.session_id, .captured = link.captured, .refunded = link.refunded});
  }
  if (closed->under_way) facts.asked_at = std::max(closed->asked_at, payment.asked_at);
  return facts;
}

// It was forgotten since orders has asked.
Decision refuse(const RefundPayment& command) {
  Decision decision;
  if (command.amount == 0) {
    decision.sends(StepAnswer{.ref = command.ref, .result = Result::done});
  } else {
    decision.sends(StepAnswer{
        .ref = command.ref, .result = Result::refused, .reason = Reason::not_refundable});
  }
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

// Its own wake-up. Everything else concerns the payment, too.
bool is_about_closed(const Message& message) {
  const auto* wake_up = std::get_if<WakeUp>(&message.payload);
  return wake_up != nullptr && wake_up->table == type_of<ClosedLinks>().table;
}

// What the provider says may be about a closed link whose payment was forgotten.
bool is_from_provider(const Message& message) {
  return std::holds_alternative<ProviderEvent>(message.payload) ||
         std::holds_alternative<PaymentOutcome>(message.payload);
}

// Or will have, for one is being closed.
bool has_closed_links(const Payment& payment) {
  return payment.links > 1 || payment.awaits_link || payment.close_requested;
}

const Account* account_of(const Payment& payment, const Records& records) {
  if (payment.method != PaymentMethod::account) return nullptr;
  return records.get<Account>(payment.customer_id);
}

Decision erase_holder(const EraseAccountHolder& command, const Account* known) {
  Decision decision;
  if (known != nullptr) {
    if (auto account = *known; erase_person(account)) decision.saves(std::move(account));
  }
  decision.forget.push_back(command.customer_id);
  return decision;
}

}  // namespace

std::optional<ShortText> PaymentsService::sequence(const Message& message, Now) const {
  if (!std::holds_alternative<OpenAccount>(message.payload)) return std::nullopt;
  return ShortText{"payments/customers"};
}

void PaymentsService::needs(const Message& message, const Records& found, Keys& keys) const {
  if (std::holds_alternative<OpenAccount>(message.payload)) return;
  if (const auto* erase = std::get_if<EraseAccountHolder>(&message.payload)) {
    keys.push_back(key_of<Account>(erase->customer_id));
    return;
  }
  const auto key = key_of<Payment>(message.order_id);
  keys.push_back(key);
  if (const auto* command = std::get_if<AuthorizePayment>(&message.payload);
      command != nullptr && command->method == PaymentMethod::account) {
    keys.push_back(key_of<Account>(command->customer_id));
  }
  if (is_about_closed(message)) keys.push_back(key_of<ClosedLinks>(message.order_id));
  if (!found.knows(key)) return;
  const auto* payment = found.get<Payment>(message.order_id);
  if (payment == nullptr) {
    if (is_from_provider(message)) keys.push_back(key_of<ClosedLinks>(message.order_id));
    return;
  }
  if (payment->method == PaymentMethod::account) {
    keys.push_back(key_of<Account>(payment->customer_id));
  }
  if (has_closed_links(*payment)) keys.push_back(key_of<ClosedLinks>(message.order_id));
}

Decision PaymentsService::decide(const Message& message, const Records& records, Now now) const {
  if (const auto* command = std::get_if<OpenAccount>(&message.payload)) {
    return open_account(*command, records, now);
  }
  if (const auto* command = std::get_if<EraseAccountHolder>(&message.payload)) {
    return erase_holder(*command, records.get<Account>(command->customer_id));
  }
  const Payment* payment = records.get<Payment>(message.order_id);
  const bool looks_for_closed =
      is_about_closed(message) ||
      (payment != nullptr ? has_closed_links(*payment) : is_from_provider(message));
  const auto* closed = looks_for_closed ? records.get<ClosedLinks>(message.order_id) : nullptr;
  if (closed != nullptr) {
    if (auto decision = decide_closed(message, *closed, settings_, now))
      return *std::move(decision);
  }
  if (payment == nullptr) return begin(message, records, now);
  PaymentTransition transition{
      *payment, settings_, now, {.account = account_of(*payment, records), .closed = closed}};
  return std::visit(
      [&]<class M>(const M& m) -> Decision {
        if constexpr (requires { transition.on(m); }) {
          return transition.on(m);
        } else {
          throw std::runtime_error("payments does not take this message");
        }
      },
      message.payload);
}

Decision PaymentsService::begin(const Message& message, const Records& records, Now now) const {
  return std::visit(
      [&]<class M>(const M& m) -> Decision {
        if constexpr (requires { requested_by(m, message.order_id); }) {
          auto payment = requested_by(m, message.order_id);
          const auto* const account = account_of(payment, records);
          return PaymentTransition{std::move(payment), settings_, now, {.account = account}}
              .request();
        } else if constexpr (std::is_same_v<M, UndoPayment>) {
          return tombstone(m, message.order_id);
        } else if constexpr (std::is_same_v<M, RefundPayment>) {
          return refuse(m);
        } else if constexpr (std::is_same_v<M, ProviderEvent>) {
          return unknown_payment(m, message.order_id);
        } else {
          throw std::runtime_error("there is no payment for this order");
        }
      },
      message.payload);
}

void PaymentsService::needs(const Question& question, Keys& keys) const {
  if (const auto* of = std::get_if<RefundableOf>(&question)) {
    keys.push_back(key_of<Payment>(of->order_id));
  } else {
    for (const auto& id : std::get<PaymentsOf>(question).ids) {
      keys.push_back(key_of<Payment>(id));
      keys.push_back(key_of<ClosedLinks>(id));
    }
  }
}

Answer PaymentsService::answer(const Question& question, const Records& records) const {
  if (const auto* of = std::get_if<RefundableOf>(&question)) {
    const auto* payment = records.get<Payment>(of->order_id);
    return payment == nullptr ? Refundable{} : refundable_of(*payment);
  }
  PaymentsAre answer;
  for (const auto& id : std::get<PaymentsOf>(question).ids) {
    const auto* payment = records.get<Payment>(id);
    if (payment == nullptr) continue;
    answer.payments.push_back(facts_of(*payment, records.get<ClosedLinks>(id)));
  }
  return answer;
}

}  // namespace oms::payments
