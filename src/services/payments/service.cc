#include "services/payments/service.h"

#include <algorithm>
#include <stdexcept>

#include "services/payments/operations.h"

namespace oms::payments {
namespace {

using Result = StepAnswer::Result;
using Kind = PaymentOperation::Kind;

constexpr std::size_t events_max = 16;
constexpr std::int32_t backoff_doublings_max = 6;
// Providers forget idempotency keys after a day. Past this, ask before repeating.
constexpr Duration key_lifetime = std::chrono::hours{23};

// One decision about one payment: the record changes in place, what is to be said collects.
class Course {
 public:
  Course(Payment payment, const PaymentSettings& settings, Time now)
      : payment_(std::move(payment)), settings_(settings), now_(now) {}

  Decision request() {
    perform(create_link(payment_));
    return finish();
  }

  Decision on(const CollectPayment& command) {  // asked again
    switch (payment_.status) {
      case PaymentStatus::requested:
        return {};
      case PaymentStatus::link_ready:
        payment_.ref = command.ref;
        answer(Result::started);
        break;
      case PaymentStatus::captured:
        payment_.ref = command.ref;
        answer(Result::done);
        break;
      default:
        payment_.ref = command.ref;
        answer(Result::refused);
    }
    return finish();
  }

  Decision on(const UndoPayment& command) {
    payment_.ref = command.ref;
    payment_.undo_requested = true;
    switch (payment_.status) {
      case PaymentStatus::requested:  // the link may exist or not: wait for the outcome
        break;
      case PaymentStatus::link_ready:
        perform(expire_link(payment_));
        break;
      case PaymentStatus::captured:
        refund();
        break;
      case PaymentStatus::refund_pending:
        break;
      case PaymentStatus::expired:
      case PaymentStatus::failed:
      case PaymentStatus::refunded:
        answer(Result::undone);
    }
    return finish();
  }

  Decision on(const ProviderEvent& event) {
    if (std::ranges::find(payment_.events, event.event_id) != payment_.events.end()) return {};
    if (payment_.events.size() == events_max) payment_.events.erase(payment_.events.begin());
    payment_.events.push_back(event.event_id);
    if (payment_.session_id.empty()) payment_.session_id = event.session_id;
    hear(event.word, event.amount, event.currency);
    return finish();
  }

  Decision on(const PaymentOutcome& outcome) {
    if (outcome.result == PaymentOutcome::Result::unknown) return {};  // `due` tries it again
    payment_.attempt = 0;
    if (outcome.kind == Kind::create_link) {
      on_link(outcome);
    } else if (outcome.kind == Kind::refund) {
      on_refund(outcome);
    } else if (payment_.status == PaymentStatus::refund_pending &&
               outcome.word == ProviderWord::paid) {
      perform(refund_all(payment_));  // it was asked, and the refund has not happened
    } else if (outcome.result == PaymentOutcome::Result::done) {
      hear(outcome.word, outcome.amount, outcome.currency);
    }
    return finish();
  }

  Decision on_wake_up() {
    if (!payment_.due || *payment_.due > now_) return {};
    switch (payment_.status) {
      case PaymentStatus::requested:
        perform(create_link(payment_));
        break;
      case PaymentStatus::link_ready:
        // Before anything is undone the provider is asked: the customer may have paid.
        perform(payment_.undo_requested || payment_.failure != Reason::none ? expire_link(payment_)
                                                                            : look_up(payment_));
        break;
      case PaymentStatus::refund_pending:
        perform(now_ - payment_.asked_at > key_lifetime ? look_up(payment_) : refund_all(payment_));
        break;
      default:
        payment_.due.reset();
    }
    return finish();
  }

 private:
  void on_link(const PaymentOutcome& outcome) {
    if (payment_.status != PaymentStatus::requested) return;  // an echo
    if (outcome.result == PaymentOutcome::Result::refused) {
      payment_.failure = Reason::payment_failed;
      give_up(PaymentStatus::failed);
      return;
    }
    payment_.session_id = outcome.session_id;
    payment_.lines.clear();
    payment_.status = PaymentStatus::link_ready;
    tell_order(outcome.link);
    if (payment_.undo_requested) {
      perform(expire_link(payment_));
      return;
    }
    payment_.due = now_ + settings_.reconcile_every;
    answer(Result::started);
  }

  void on_refund(const PaymentOutcome& outcome) {
    if (payment_.status != PaymentStatus::refund_pending) return;
    if (outcome.result == PaymentOutcome::Result::refused) {
      throw std::runtime_error("the provider refuses the refund: " + outcome.detail);
    }
    be_refunded();
  }

  // What the provider says of the session, by whichever way it came. Said twice, it changes
  // nothing.
  void hear(ProviderWord word, MinorUnits amount, std::string_view currency) {
    switch (word) {
      case ProviderWord::open:
        payment_.due = now_ + settings_.reconcile_every;
        return;
      case ProviderWord::paid:
        be_paid(amount, currency);
        return;
      case ProviderWord::declined:
        if (payment_.status != PaymentStatus::link_ready || payment_.undo_requested) return;
        // The card was refused. The link still takes another, so it is closed first.
        payment_.failure = Reason::payment_failed;
        perform(expire_link(payment_));
        return;
      case ProviderWord::expired:
        if (payment_.status != PaymentStatus::link_ready &&
            payment_.status != PaymentStatus::requested) {
          return;
        }
        if (payment_.failure == Reason::none) payment_.failure = Reason::payment_expired;
        give_up(payment_.failure == Reason::payment_failed ? PaymentStatus::failed
                                                           : PaymentStatus::expired);
        return;
      case ProviderWord::refunded:
        if (payment_.status == PaymentStatus::refund_pending) be_refunded();
        return;
    }
  }

  void be_paid(MinorUnits amount, std::string_view currency) {
    const bool is_known = payment_.captured != 0 || payment_.status == PaymentStatus::captured ||
                          payment_.status == PaymentStatus::refund_pending ||
                          payment_.status == PaymentStatus::refunded;
    if (is_known) return;
    if (amount != payment_.amount || currency != payment_.currency) {
      throw std::runtime_error("the provider captured another amount or currency than was asked");
    }
    const bool is_wanted = !payment_.undo_requested && payment_.status != PaymentStatus::expired &&
                           payment_.status != PaymentStatus::failed &&
                           payment_.failure == Reason::none;
    payment_.captured = amount;
    payment_.lines.clear();
    payment_.status = PaymentStatus::captured;
    payment_.due.reset();
    if (is_wanted) {
      tell_order();
      answer(Result::done);
    } else {
      refund();  // too late: nobody keeps money for an order that is not to be
    }
  }

  void refund() {
    payment_.status = PaymentStatus::refund_pending;
    tell_order();
    perform(refund_all(payment_));
  }

  void be_refunded() {
    payment_.refunded = payment_.captured;
    end_as(PaymentStatus::refunded);
  }

  // The link is dead and nothing was paid.
  void give_up(PaymentStatus status) {
    payment_.lines.clear();
    end_as(status);
  }

  void end_as(PaymentStatus status) {
    payment_.status = status;
    payment_.due.reset();
    tell_order();
    answer(payment_.undo_requested ? Result::undone : Result::refused);
  }

  void perform(PaymentOperation operation) {
    const auto doublings = std::min(payment_.attempt, backoff_doublings_max);
    if (payment_.attempt == 0) payment_.asked_at = now_;
    payment_.due = now_ + settings_.operation_timeout * (1 << doublings);
    ++payment_.attempt;
    decision_.asks(std::move(operation));
  }

  void tell_order(std::string link = {}) {
    decision_.sends(PaymentChanged{.status = payment_.status, .link = std::move(link)});
  }

  void answer(Result result) {
    const auto reason = result == Result::refused ? payment_.failure : Reason::none;
    decision_.sends(StepAnswer{.ref = payment_.ref, .result = result, .reason = reason});
  }

  Decision finish() {
    decision_.saves(std::move(payment_));
    return std::move(decision_);
  }

  Payment payment_;
  const PaymentSettings& settings_;
  Time now_;
  Decision decision_;
};

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

}  // namespace

void PaymentsService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Payment>(message.order_id.text()));
}

Decision PaymentsService::decide(const Message& message, const Records& records, Time now) const {
  const Payment* payment = records.get<Payment>(message.order_id.text());
  if (payment == nullptr) {
    if (const auto* command = std::get_if<CollectPayment>(&message.payload)) {
      return Course{requested_by(*command, message.order_id), settings_, now}.request();
    }
    if (const auto* command = std::get_if<UndoPayment>(&message.payload)) {
      return tombstone(*command, message.order_id);
    }
    throw std::runtime_error("there is no payment for this order");
  }
  Course course{*payment, settings_, now};
  if (const auto* m = std::get_if<CollectPayment>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<UndoPayment>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<ProviderEvent>(&message.payload)) return course.on(*m);
  if (const auto* m = std::get_if<PaymentOutcome>(&message.payload)) return course.on(*m);
  if (std::holds_alternative<WakeUp>(message.payload)) return course.on_wake_up();
  throw std::runtime_error("payments does not take this message");
}

}  // namespace oms::payments
