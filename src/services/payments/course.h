#pragma once

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/planted.h"
#include "services/payments/operations.h"
#include "services/payments/service.h"

namespace oms::payments {

// One decision about one payment: the record changes in place, what is to be said collects.
class Course {
  using Result = StepAnswer::Result;
  using Kind = PaymentOperation::Kind;
  static constexpr std::size_t events_max = 16;
  static constexpr std::int32_t backoff_doublings_max = 6;
  // Providers forget idempotency keys after a day. Past this, ask before repeating.
  static constexpr Duration key_lifetime = std::chrono::hours{23};

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
        if (planted::is("release_before_word")) answer(Result::undone);
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
    const bool was_asked = std::exchange(payment_.attempt, 0) > 0;
    const bool was_looked_at = was_asked && outcome.kind == Kind::look_up && is_closed();
    if (outcome.kind == Kind::create_link) {
      on_link(outcome);
    } else if (outcome.kind == Kind::refund) {
      on_refund(outcome);
    } else if (payment_.status == PaymentStatus::requested) {
      on_lost_link(outcome);
    } else if (payment_.status == PaymentStatus::refund_pending &&
               outcome.word == ProviderWord::paid) {
      perform(refund_all(payment_));  // it was asked, and the refund has not happened
    } else if (outcome.result == PaymentOutcome::Result::done && would_not_close(outcome)) {
      payment_.due = now_ + settings_.reconcile_every;  // not again at once
    } else if (outcome.result == PaymentOutcome::Result::done) {
      hear(outcome.word, outcome.amount, outcome.currency);
      if (was_looked_at && is_closed()) payment_.due.reset();  // nothing has come
    } else {
      on_refusal(outcome);
    }
    return finish();
  }

  Decision on_wake_up() {
    if (!payment_.due || *payment_.due > now_) return {};
    switch (payment_.status) {
      case PaymentStatus::requested:
        perform(is_doubtful() ? look_up(payment_) : create_link(payment_));
        break;
      case PaymentStatus::link_ready:
        // Before anything is undone the provider is asked: the customer may have paid.
        perform(payment_.undo_requested || payment_.failure != Reason::none ? expire_link(payment_)
                                                                            : look_up(payment_));
        break;
      case PaymentStatus::refund_pending:
        perform(is_doubtful() ? look_up(payment_) : refund_all(payment_));
        break;
      case PaymentStatus::expired:
      case PaymentStatus::failed:
        perform(look_up(payment_));
        break;
      case PaymentStatus::captured:
      case PaymentStatus::refunded:
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

  // The answer that named the link never came, and asking again might make a second one: the
  // provider tells what has become of it, if it was made at all.
  void on_lost_link(const PaymentOutcome& outcome) {
    if (outcome.result == PaymentOutcome::Result::refused) {
      payment_.failure = Reason::payment_failed;
      give_up(PaymentStatus::failed);
      return;
    }
    payment_.session_id = outcome.session_id;
    const bool takes_money =
        outcome.word == ProviderWord::open || outcome.word == ProviderWord::declined;
    if (!takes_money) {
      hear(outcome.word, outcome.amount, outcome.currency);
      return;
    }
    if (payment_.failure == Reason::none) payment_.failure = Reason::payment_expired;
    payment_.lines.clear();
    payment_.status = PaymentStatus::link_ready;
    tell_order();
    perform(expire_link(payment_));
  }

  void on_refusal(const PaymentOutcome& outcome) {
    // What it will not close may be paid or closed already, and it says so when it is asked.
    if (outcome.kind == Kind::expire_link) {
      if (payment_.status == PaymentStatus::link_ready) perform(look_up(payment_));
      return;
    }
    // What it does not know takes no money.
    if (payment_.status == PaymentStatus::refund_pending) {
      throw std::runtime_error("the provider does not know the payment to refund: " +
                               outcome.detail);
    }
    if (is_closed()) payment_.due.reset();
    if (payment_.status != PaymentStatus::link_ready) return;
    if (payment_.failure == Reason::none) payment_.failure = Reason::payment_failed;
    give_up(PaymentStatus::failed);
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
      case ProviderWord::open:  // or it was, when the provider was asked
        if (payment_.status == PaymentStatus::link_ready || planted::is("believe_old_word")) {
          payment_.due = now_ + settings_.reconcile_every;
        }
        return;
      case ProviderWord::paid:
        be_paid(amount, currency);
        return;
      case ProviderWord::declined:
        if (payment_.status != PaymentStatus::link_ready || payment_.undo_requested) return;
        // The card was refused. The link still takes another, so it is closed first.
        payment_.failure = Reason::payment_failed;
        if (planted::is("believe_decline")) return give_up(PaymentStatus::failed);
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
    const bool is_right = amount == payment_.amount && currency == payment_.currency;
    if (!is_right && !planted::is("accept_any_amount")) {
      throw std::runtime_error("the provider captured another amount or currency than was asked");
    }
    const bool is_wanted = !payment_.undo_requested && payment_.status != PaymentStatus::expired &&
                           payment_.status != PaymentStatus::failed &&
                           payment_.failure == Reason::none;
    payment_.captured = amount;
    payment_.lines.clear();
    payment_.status = PaymentStatus::captured;
    payment_.due.reset();
    if (is_wanted || planted::is("keep_late_money")) {
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

  // Whether the provider may have forgotten the key of the operation under way: then it is asked
  // before the operation is repeated.
  bool is_doubtful() const {
    return now_ - payment_.asked_at > key_lifetime && !planted::is("trust_old_key");
  }

  // Whether a link that was to be closed still takes money. It was looked at because the provider
  // had refused to close it.
  bool would_not_close(const PaymentOutcome& outcome) const {
    const bool takes_money =
        outcome.word == ProviderWord::open || outcome.word == ProviderWord::declined;
    return outcome.kind == Kind::look_up && payment_.status == PaymentStatus::link_ready &&
           takes_money && (payment_.undo_requested || payment_.failure != Reason::none);
  }

  bool is_closed() const {
    return payment_.status == PaymentStatus::expired || payment_.status == PaymentStatus::failed;
  }

  // The link is dead and nothing was paid.
  void give_up(PaymentStatus status) {
    payment_.lines.clear();
    payment_.attempt = 0;
    end_as(status);
    if (planted::is("look_never_again")) return;
    if (!payment_.session_id.empty()) payment_.due = now_ + settings_.look_again_after;
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

}  // namespace oms::payments
