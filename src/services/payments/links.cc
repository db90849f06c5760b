#include <utility>

#include "services/payments/closed_links.h"
#include "services/payments/transition.h"

// A link that is closed for a change of the order, and the one that is opened then. The life's
// command waits all the while: it is answered when either is paid.
namespace oms::payments {

Decision PaymentTransition::on(const CloseLink& command) {
  const auto change = command.ref.run;
  const bool is_over = change < payment_.change_ref.run || change <= payment_.opened_for;
  if (is_over) return {};
  const bool is_under_way = payment_.close_requested;
  payment_.change_ref = command.ref;
  const auto refuse = [&](Reason reason) {
    decision_.sends(
        StepAnswer{.ref = command.ref, .result = Result::refused, .reason = reason});
  };
  if (payment_.awaits_link) {
    decision_.sends(StepAnswer{.ref = command.ref, .result = Result::done});
  } else if (is_unwanted() || is_closed()) {
    refuse(Reason::not_changeable);
  } else if (has_money()) {
    refuse(Reason::already_paid);
  } else if (!is_by_link()) {
    refuse(Reason::not_changeable);
  } else if (!is_under_way) {
    payment_.close_requested = true;
    // One that is being made is closed as soon as it is there.
    if (payment_.status == PaymentStatus::link_ready) perform(expire_link(payment_));
  }
  return finish();
}

Decision PaymentTransition::on(const OpenLink& command) {
  const auto change = command.ref.run;
  if (change < payment_.change_ref.run) return {};
  const bool is_repeated = change <= payment_.opened_for;
  payment_.change_ref = command.ref;
  payment_.opened_for = change;
  decision_.sends(StepAnswer{.ref = command.ref,
                             .result = command.undoes_close ? Result::undone : Result::done});
  if (is_repeated) return finish();
  if (payment_.awaits_link) {
    payment_.amount = command.amount;
    payment_.lines = command.lines;
    payment_.expires_at = command.expires_at;
    open_another();
  } else if (payment_.close_requested && payment_.status == PaymentStatus::requested) {
    payment_.close_requested = false;  // the one that is being made will do
  } else if (payment_.close_requested) {
    payment_.lines = command.lines;
    payment_.expires_at = command.expires_at;
    payment_.reopens = true;
  }
  return finish();
}

// Nothing was paid, and nothing can be. The session may be forgotten here: whatever comes of it is
// another matter.
void PaymentTransition::close_for_change() {
  if (!payment_.session_id.empty()) add_closed(closed_, payment_, settings_, now_, decision_);
  payment_.session_id.clear();
  payment_.close_requested = false;
  payment_.awaits_link = true;
  payment_.status = PaymentStatus::requested;
  payment_.declines = 0;
  payment_.last_error = {};
  payment_.attempt = 0;
  payment_.due.reset();
  if (payment_.reopens) return open_another();
  tell_order();
  decision_.sends(StepAnswer{.ref = payment_.change_ref, .result = Result::done});
}

void PaymentTransition::refuse_close(Reason reason) {
  if (!std::exchange(payment_.close_requested, false)) return;
  const bool is_awaited = !std::exchange(payment_.reopens, false);
  if (!is_awaited) return;
  decision_.sends(
      StepAnswer{.ref = payment_.change_ref, .result = Result::refused, .reason = reason});
}

void PaymentTransition::open_another() {
  ++payment_.links;
  payment_.awaits_link = false;
  payment_.reopens = false;
  payment_.attempt = 0;
  perform(begin(payment_));
  tell_order();
}

}  // namespace oms::payments
