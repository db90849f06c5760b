#include <stdexcept>

#include "services/payments/closed_links.h"
#include "services/payments/transition.h"

// A payment until the money is there, or will not come.
namespace oms::payments {
namespace {

constexpr std::int32_t declines_max = 5;  // cards that one link may see

bool takes_money(ProviderWord word) {
  return word == ProviderWord::open || word == ProviderWord::declined;
}

}  // namespace

void PaymentTransition::on_link(const PaymentOutcome& outcome) {
  if (payment_.status != PaymentStatus::requested) return;  // an echo
  if (outcome.result == PaymentOutcome::Result::refused) {
    payment_.failure = Reason::payment_failed;
    give_up(PaymentStatus::failed);
    return;
  }
  payment_.session_id = outcome.session_id;
  payment_.lines.clear();
  payment_.status = PaymentStatus::link_ready;
  tell_order(payment_.close_requested ? std::string{} : outcome.link);
  if (payment_.undo_requested || payment_.close_requested) {
    perform(expire_link(payment_));
    return;
  }
  look_later();
  answer(Result::started);
}

// At a link that is open. One that is to be closed is never left to itself.
void PaymentTransition::look_later() {
  if (settings_.looks_at_open_links || is_being_closed()) {
    payment_.due = now_ + settings_.reconcile_every;
  } else if (payment_.attempt == 0) {
    payment_.due.reset();
  }
}

// The provider was asked what has become of a link, for the answer that named it has not come: the
// money may have, though.
void PaymentTransition::on_lost_link(const PaymentOutcome& outcome) {
  const bool is_given_up = is_doubtful();
  const bool is_known = outcome.result == PaymentOutcome::Result::done &&
                        link_of(closed_ ? &*closed_ : nullptr, outcome) == nullptr;
  if (!is_known) {
    // It knows of none. Asked again with a key that it may have forgotten, it might make a second.
    if (!is_given_up) return perform(begin(payment_));
    payment_.failure = Reason::payment_failed;
    give_up(PaymentStatus::failed);
    return;
  }
  if (!is_given_up && takes_money(outcome.word)) return perform(begin(payment_));
  payment_.session_id = outcome.session_id;
  if (!takes_money(outcome.word)) return on_session(outcome, 0);
  if (payment_.failure == Reason::none) payment_.failure = Reason::payment_expired;
  payment_.lines.clear();
  payment_.status = PaymentStatus::link_ready;
  tell_order();
  perform(expire_link(payment_));
}

void PaymentTransition::on_refusal(const PaymentOutcome& outcome) {
  // What it will not close may be paid or closed already, and it says so when it is asked.
  if (outcome.kind == Kind::expire_link) {
    if (payment_.status == PaymentStatus::link_ready) perform(look_up(payment_));
    return;
  }
  // What it does not know takes no money.
  if (payment_.status == PaymentStatus::refund_pending) {
    if (fail_for_good(*pending_refund())) return settle();
    throw std::runtime_error("the provider does not know the payment to refund: " + outcome.detail);
  }
  if (is_closed()) payment_.due.reset();
  if (payment_.status != PaymentStatus::link_ready) return;
  if (payment_.failure == Reason::none) payment_.failure = Reason::payment_failed;
  give_up(PaymentStatus::failed);
}

// How the session stands: it was looked at, or was to be closed.
void PaymentTransition::on_session(const PaymentOutcome& outcome, std::int32_t attempts) {
  const bool was_paid =
      outcome.word == ProviderWord::paid || outcome.word == ProviderWord::refunded;
  if (was_paid) {
    const bool was_pending = payment_.status == PaymentStatus::refund_pending;
    if (was_pending && !is_doubtful()) payment_.attempt = attempts;  // the key's time runs on
    take(outcome.amount, outcome.currency, outcome.refunded);
    auto* const refund_due = pending_refund();  // it was asked for, and has not happened
    if (was_pending && refund_due != nullptr) perform(refund(payment_, *refund_due));
  } else if (has_money()) {
    payment_.attempt = attempts;  // an old word: the operation under way goes on
  } else {
    on_unpaid(outcome, attempts > 0);
  }
}

void PaymentTransition::on_unpaid(const PaymentOutcome& outcome, bool is_awaited) {
  payment_.refunded_in_all = 0;  // whatever was told: where nothing was paid nothing was refunded
  if (would_not_close(outcome)) {
    payment_.due = now_ + settings_.reconcile_every;  // not again at once
  } else if (outcome.word == ProviderWord::expired) {
    expire();
  } else if (is_closed() && is_awaited && takes_money(outcome.word)) {
    if (outcome.kind == Kind::look_up) perform(expire_link(payment_));  // it outlived its order
  } else if (payment_.status == PaymentStatus::link_ready) {
    look_later();
  }
}

// The card was refused. The link still takes another.
void PaymentTransition::decline(const PaymentError& error) {
  if (payment_.status != PaymentStatus::link_ready || is_being_closed()) return;
  payment_.last_error = error;
  if (++payment_.declines == declines_max) {
    payment_.failure = Reason::payment_failed;
    perform(expire_link(payment_));
  }
  tell_order();
}

// The session is over, and the money that was under way has not come.
void PaymentTransition::fail(const PaymentError& error) {
  if (has_money()) {
    throw std::runtime_error(
        "the provider says that the payment has failed, after it had said that it was paid");
  }
  if (is_closed()) return;
  if (payment_.close_requested && !is_unwanted()) return close_for_change();
  payment_.last_error = error;
  payment_.failure = Reason::payment_failed;
  give_up(PaymentStatus::failed);
}

void PaymentTransition::expire() {
  const bool is_open =
      payment_.status == PaymentStatus::link_ready || payment_.status == PaymentStatus::requested;
  if (!is_open) return;
  if (payment_.close_requested && !is_unwanted()) return close_for_change();
  if (payment_.failure == Reason::none) {
    payment_.failure = payment_.declines > 0 ? Reason::payment_failed : Reason::payment_expired;
  }
  give_up(payment_.failure == Reason::payment_failed ? PaymentStatus::failed
                                                     : PaymentStatus::expired);
}

// Whether a link that was to be closed still takes money. It was looked at because the provider
// had refused to close it.
bool PaymentTransition::would_not_close(const PaymentOutcome& outcome) const {
  return outcome.kind == Kind::look_up && payment_.status == PaymentStatus::link_ready &&
         takes_money(outcome.word) && is_being_closed();
}

// The link is dead, or the card is not good, and nothing was paid.
void PaymentTransition::give_up(PaymentStatus status) {
  payment_.lines.clear();
  payment_.payment_token.clear();
  payment_.attempt = 0;
  payment_.status = status;
  payment_.awaits_link = false;
  payment_.due.reset();
  tell_order();
  refuse_close(Reason::not_changeable);
  answer(payment_.undo_requested ? Result::undone : Result::refused);
  // A card may have been charged although nobody knew of it yet.
  const bool may_be_paid = !payment_.session_id.empty() || payment_.method == PaymentMethod::card;
  if (may_be_paid) payment_.due = now_ + settings_.look_again_after;
}

}  // namespace oms::payments
