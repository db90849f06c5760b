#include "services/payments/transition.h"

// A card by its token: charged at once, or authorized, and captured or released later. The
// provider's answer decides: nobody opens a page.
namespace oms::payments {

Decision PaymentTransition::on(const CapturePayment& command) {
  if (payment_.status != PaymentStatus::authorized) return asked_again(command.ref);
  if (payment_.capture_requested || is_unwanted()) return {};
  payment_.ref = command.ref;
  payment_.capture_requested = true;
  payment_.attempt = 0;
  perform(capture(payment_));
  return finish();
}

// What has become of a charge or an authorization.
void PaymentTransition::on_card(const PaymentOutcome& outcome, std::int32_t attempts) {
  if (outcome.result == PaymentOutcome::Result::refused) return on_card_refusal(outcome, attempts);
  if (payment_.session_id.empty()) payment_.session_id = outcome.session_id;
  using Word = ProviderWord;
  const bool is_paid = outcome.word == Word::paid || outcome.word == Word::refunded;
  if (is_paid || has_money()) return on_session(outcome, attempts);
  if (outcome.word == Word::authorized) return on_hold(outcome, attempts);
  const bool is_over = outcome.word == Word::expired || outcome.word == Word::failed;
  if (is_over) return on_lapse(outcome.error);
  on_untaken(outcome, attempts);
}

void PaymentTransition::on_card_refusal(const PaymentOutcome& outcome, std::int32_t attempts) {
  const bool is_first = outcome.kind == payment_.begins_with;
  if (is_first && payment_.status == PaymentStatus::requested) {
    if (payment_.session_id.empty()) payment_.session_id = outcome.session_id;
    return fail_card(outcome.error);
  }
  const bool is_echo =
      is_first || (outcome.kind == Kind::capture && payment_.status != PaymentStatus::authorized);
  if (is_echo) {
    payment_.attempt = attempts;
  } else if (outcome.kind == Kind::capture) {
    // What it will not capture may be captured already: then it cannot be released, and it says so.
    payment_.failure = Reason::payment_failed;
    perform(release(payment_));
  } else if (payment_.status == PaymentStatus::requested) {
    // It knows of none. Asked again with a key that it may have forgotten, it might make a second.
    if (is_doubtful() || is_unwanted()) return fail_card({});
    payment_.attempt = attempts;
    perform(begin(payment_));
  } else if (payment_.status == PaymentStatus::authorized) {
    on_lapse({});
  } else {
    on_refusal(outcome);
  }
}

// The provider holds the money.
void PaymentTransition::on_hold(const PaymentOutcome& outcome, std::int32_t attempts) {
  if (payment_.status == PaymentStatus::requested) {
    payment_.status = PaymentStatus::authorized;
    payment_.payment_token.clear();
    payment_.due.reset();
    tell_order();
    if (is_unwanted()) return perform(release(payment_));
    return answer(Result::done);
  }
  if (outcome.kind == payment_.begins_with) {  // an echo
    payment_.attempt = attempts;
  } else if (is_unwanted() || is_closed()) {
    if (outcome.kind != Kind::release) return perform(release(payment_));
    payment_.due = now_ + settings_.reconcile_every;  // it would not: not again at once
  } else if (payment_.capture_requested) {
    if (!is_doubtful()) payment_.attempt = attempts;
    if (outcome.kind != Kind::capture) perform(capture(payment_));
  }
}

// Nothing is taken or held: the card was refused, or the request has not come so far.
void PaymentTransition::on_untaken(const PaymentOutcome& outcome, std::int32_t attempts) {
  const bool is_asked_first = outcome.kind == payment_.begins_with;
  if (is_asked_first || outcome.kind == Kind::release) {
    payment_.attempt = attempts;  // it is asked again when that is due
  } else if (is_closed() || is_unwanted() || is_doubtful()) {
    if (!is_unwanted()) payment_.failure = Reason::payment_failed;
    perform(release(payment_));
  } else if (payment_.status == PaymentStatus::requested) {
    payment_.attempt = attempts;
    perform(begin(payment_));
  }
}

// What was held is free again, or was never taken.
void PaymentTransition::on_lapse(const PaymentError& error) {
  if (payment_.status == PaymentStatus::requested) return fail_card(error);
  if (payment_.status != PaymentStatus::authorized) return;
  if (!is_unwanted()) payment_.failure = Reason::payment_failed;
  give_up(payment_.undo_requested ? PaymentStatus::voided : PaymentStatus::failed);
}

void PaymentTransition::fail_card(const PaymentError& error) {
  payment_.last_error = error;
  if (!is_unwanted() || !error.is_empty()) payment_.failure = Reason::payment_failed;
  give_up(PaymentStatus::failed);
}

}  // namespace oms::payments
