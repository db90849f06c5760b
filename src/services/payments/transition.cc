#include "services/payments/transition.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "services/payments/announce.h"
#include "services/payments/closed_links.h"

namespace oms::payments {
namespace {

constexpr std::size_t events_max = 64;

bool is_about_session(ProviderWord word) {
  return word != ProviderWord::refunded && word != ProviderWord::refund &&
         word != ProviderWord::dispute;
}

}  // namespace

PaymentTransition::PaymentTransition(Payment payment, const PaymentSettings& settings, Now now,
                                     Beside beside)
    : payment_(std::move(payment)), settings_(settings), now_(now) {
  if (beside.account != nullptr) account_ = *beside.account;
  if (beside.closed != nullptr) closed_ = *beside.closed;
  payment_.refunds = refunds_of(payment_);
  payment_.refunded_in_all = std::max(payment_.refunded_in_all, payment_.refunded);
  change_waited_ = waits_for_refund();
}

Decision PaymentTransition::request() {
  perform(begin(payment_));
  return finish();
}

// The life's command has come again.
Decision PaymentTransition::asked_again(const StepRef& ref) {
  if (payment_.status == PaymentStatus::requested) return {};
  payment_.ref = ref;
  switch (payment_.status) {
    case PaymentStatus::link_ready:
      answer(Result::started);
      break;
    case PaymentStatus::authorized:
      if (is_unwanted()) return {};
      [[fallthrough]];
    case PaymentStatus::captured:
    case PaymentStatus::partially_refunded:
      answer(Result::done);
      break;
    case PaymentStatus::refund_pending:
    case PaymentStatus::refunded:
      // It was there, and that was said: what was given back since does not unsay it.
      if (!is_unwanted()) {
        answer(Result::done);
        break;
      }
      [[fallthrough]];
    default:
      if (payment_.failure == Reason::none) payment_.failure = Reason::refunded_by_provider;
      answer(Result::refused);
  }
  return finish();
}

Decision PaymentTransition::on(const UndoPayment& command) {
  payment_.ref = command.ref;
  if (command.unless_captured && has_money()) {
    answer(Result::too_late);
  } else {
    undo(command);
  }
  return finish();
}

void PaymentTransition::undo(const UndoPayment& command) {
  payment_.undo_requested = true;
  payment_.spares_capture = command.unless_captured;
  switch (payment_.status) {
    case PaymentStatus::requested:
      if (payment_.awaits_link) give_up(PaymentStatus::expired);
      break;  // it may have been done or not: wait for the outcome
    case PaymentStatus::refund_pending:
      break;
    case PaymentStatus::link_ready:
      perform(expire_link(payment_));
      break;
    case PaymentStatus::authorized:  // if a capture is under way, too
      if (!payment_.capture_requested) perform(release(payment_));
      break;
    case PaymentStatus::captured:
    case PaymentStatus::partially_refunded:
      settle(true);
      break;
    case PaymentStatus::refunded:
    case PaymentStatus::expired:
    case PaymentStatus::failed:
    case PaymentStatus::none:
    case PaymentStatus::voided:
      answer(Result::undone);
  }
}

// Of an operation under way the answer is still to come, and tells as much.
Decision PaymentTransition::on(const LookUpPayment&) {
  const bool has_session = payment_.method != PaymentMethod::account && !payment_.awaits_link;
  if (!has_session || payment_.attempt > 0) return {};
  perform(look_up(payment_));
  return finish();
}

Decision PaymentTransition::on(const ProviderEvent& event) {
  if (payment_.method == PaymentMethod::account) {
    throw std::runtime_error("the payment is on account: no provider has anything to tell of it");
  }
  if (std::ranges::find(payment_.events, event.event_id) != payment_.events.end()) return {};
  check(event);
  const bool is_told_twice =
      !is_by_link() && payment_.status == PaymentStatus::requested && is_about_session(event.word);
  if (is_told_twice) return {};  // the answer to what is under way tells the same, and more
  if (must_be_asked_first(event)) {
    perform(look_up(payment_));
    return finish();
  }
  note_event(event.event_id);
  if (payment_.session_id.empty()) payment_.session_id = event.session_id;
  switch (event.word) {
    case ProviderWord::authorized:  // known, but where it was given up
      if (is_closed()) perform(look_up(payment_));
      break;
    case ProviderWord::open:
      if (payment_.status == PaymentStatus::link_ready) look_later();
      break;
    case ProviderWord::paid:
      take(event.amount, event.currency, 0);
      break;
    case ProviderWord::declined:
      decline(event.error);
      break;
    case ProviderWord::failed:
      fail(event.error);
      break;
    case ProviderWord::expired:
      payment_.status == PaymentStatus::authorized ? on_lapse({}) : expire();
      break;
    case ProviderWord::refunded:
      hear_total(event.amount);
      break;
    case ProviderWord::refund:
      hear_refund(event);
      break;
    case ProviderWord::dispute:
      if (note_dispute(event)) settle();
  }
  return finish();
}

// False if it is noted already.
bool PaymentTransition::note_event(const std::string& name) {
  auto& events = payment_.events;
  if (std::ranges::find(events, name) != events.end()) return false;
  if (events.size() == events_max) events.erase(events.begin());
  events.push_back(name);
  return true;
}

// A genuine signature does not exclude mixed-up sessions, amounts and currencies. Nothing of that
// is believed; the operator finds it among the dead letters.
void PaymentTransition::check(const ProviderEvent& event) const {
  const bool is_theirs = payment_.session_id.empty() || event.session_id.empty() ||
                         event.session_id == payment_.session_id;
  const bool has_none = is_by_link() && payment_.session_id.empty() && !event.session_id.empty() &&
                        (is_closed() || payment_.awaits_link);
  if (!is_theirs || has_none) {
    throw std::runtime_error("the provider's event names session " + event.session_id +
                             ", which is not this order's");
  }
  if (event.currency != payment_.currency) {
    throw std::runtime_error("the provider's event is in " + event.currency +
                             ", the payment is in " + payment_.currency);
  }
  const bool is_right = !is_about_session(event.word) || event.amount == payment_.amount;
  if (!is_right) {
    throw std::runtime_error("the provider's event is about " + std::to_string(event.amount) +
                             ", the payment is of " + std::to_string(payment_.amount) + " " +
                             payment_.currency);
  }
}

// An event that comes before its cause, so it cannot be held against what is known. The provider's
// own answer tells the same and more. Nor is a hold believed to be over while it may be captured.
bool PaymentTransition::must_be_asked_first(const ProviderEvent& event) {
  const bool ends = event.word == ProviderWord::expired || event.word == ProviderWord::failed;
  if (ends && payment_.under_way == Kind::capture) return true;
  if (is_about_session(event.word)) return payment_.status == PaymentStatus::requested;
  if (has_money()) return false;
  const bool was_never_asked = payment_.session_id.empty() && payment_.requests == 0 && is_closed();
  if (was_never_asked) {
    throw std::runtime_error("the provider reports a refund or dispute of " +
                             std::to_string(event.amount) + " " + event.currency +
                             ", but no payment was captured");
  }
  if (event.amount <= 0 || event.amount > payment_.amount) {
    throw std::runtime_error("the provider tells of " + std::to_string(event.amount) + " " +
                             event.currency + " refunded or disputed, of " +
                             std::to_string(payment_.amount));
  }
  // Its answer may be lost, and the next word be that all is paid.
  if (event.word == ProviderWord::refunded) {
    payment_.refunded_in_all = std::max(payment_.refunded_in_all, event.amount);
  }
  const bool has_come_back =
      event.word == ProviderWord::refund && (event.refund_status == RefundStatus::failed ||
                                             event.refund_status == RefundStatus::canceled);
  if (has_come_back && note_event(event.subject_id + " came back")) {  // it is told in two events
    payment_.refunded_in_all = std::max<MinorUnits>(payment_.refunded_in_all - event.amount, 0);
  }
  if (event.word != ProviderWord::dispute) {
    decision_.announce.push_back(event_about(
        payment_,
        has_come_back ? EventType::payment_refund_failed : EventType::payment_refunded_by_provider,
        event.amount, event.subject_id));
  } else if (note_dispute(event)) {  // a look-up does not tell of it
    tell_order();
  }
  return true;
}

Decision PaymentTransition::on(const PaymentOutcome& outcome) {
  if (outcome.result == PaymentOutcome::Result::unknown) return {};  // `due` tries it again
  if (is_old_refusal(outcome)) return {};
  const bool is_of_closed = closed_ && !payment_.session_id.empty() &&
                            outcome.session_id != payment_.session_id &&
                            link_of(&*closed_, outcome) != nullptr;
  if (is_of_closed) return {};  // an echo: it was dealt with
  hear(outcome);
  return finish();
}

void PaymentTransition::hear(const PaymentOutcome& outcome) {
  if (payment_.awaits_link) return;  // an echo
  const auto attempts = std::exchange(payment_.attempt, 0);
  const bool was_closed = attempts > 0 && is_closed();
  if (outcome.kind == Kind::create_link) {
    on_link(outcome);
  } else if (outcome.kind == Kind::refund) {
    on_refund(outcome, attempts);
  } else if (!is_by_link()) {
    on_card(outcome, attempts);
  } else if (payment_.status == PaymentStatus::requested) {
    // The key's time has run since the first attempt.
    if (!is_doubtful()) payment_.attempt = attempts;
    on_lost_link(outcome);
  } else if (outcome.result == PaymentOutcome::Result::done) {
    on_session(outcome, attempts);
  } else {
    on_refusal(outcome);
  }
  if (!was_closed || !is_closed() || payment_.attempt > 0) return;
  if (outcome.kind == Kind::look_up) payment_.due.reset();  // nothing has come
  if (outcome.kind == Kind::expire_link) payment_.due = now_ + settings_.look_again_after;
}

// What the provider refused once it may have done since, when it was asked again.
bool PaymentTransition::is_old_refusal(const PaymentOutcome& outcome) const {
  return outcome.result == PaymentOutcome::Result::refused && outcome.request != 0 &&
         outcome.request != payment_.requests;
}

Decision PaymentTransition::on(const WakeUp& wake_up) {
  // After a restart nobody waits for the answer any more: it is asked for at once.
  const bool is_lost = wake_up.is_restart && payment_.under_way.has_value();
  if (!is_lost && (!payment_.due || *payment_.due > now_)) return {};
  switch (payment_.status) {
    case PaymentStatus::requested: {
      if (payment_.awaits_link) {
        payment_.due.reset();
        break;
      }
      const bool must_ask = is_doubtful() || (!is_by_link() && is_unwanted());
      perform(must_ask ? look_up(payment_) : begin(payment_));
      break;
    }
    case PaymentStatus::link_ready:
      // Before anything is undone the provider is asked: the customer may have paid.
      perform(is_being_closed() ? expire_link(payment_) : look_up(payment_));
      break;
    case PaymentStatus::refund_pending:
      perform(is_doubtful() ? look_up(payment_) : refund(payment_, *pending_refund()));
      break;
    case PaymentStatus::authorized:
      if (is_unwanted()) {
        perform(release(payment_));
      } else if (payment_.capture_requested) {
        perform(is_doubtful() ? look_up(payment_) : capture(payment_));
      } else {
        payment_.due.reset();
      }
      break;
    case PaymentStatus::expired:
    case PaymentStatus::failed:
    case PaymentStatus::voided:
      perform(look_up(payment_));
      break;
    case PaymentStatus::captured:
    case PaymentStatus::partially_refunded:
    case PaymentStatus::refunded:
    case PaymentStatus::none:
      payment_.due.reset();
  }
  return finish();
}

bool PaymentTransition::is_doubtful() const {
  return now_ - payment_.asked_at > key_lifetime;
}

void PaymentTransition::perform(PaymentOperation operation) {
  if (payment_.method == PaymentMethod::account) {
    on_account_ = std::move(operation);
    return;
  }
  if (payment_.attempt == 0) payment_.asked_at = now_;
  payment_.due = now_ + pause_before_retry(settings_, payment_.attempt++);
  payment_.under_way = operation.kind;
  operation.request = ++payment_.requests;
  decision_.asks(std::move(operation));
}

void PaymentTransition::tell_order(std::string link) {
  decision_.sends(PaymentChanged{.status = payment_.status,
                                 .link = std::move(link),
                                 .refunds = payment_.refunds,
                                 .disputes = payment_.disputes,
                                 .last_error = payment_.last_error});
}

void PaymentTransition::answer(Result result) {
  // An undo is asked for with a reason of its own, but that no card was good explains more.
  const bool says_why = result == Result::refused || (result == Result::undone && !has_money() &&
                                                      payment_.failure == Reason::payment_failed);
  decision_.sends(StepAnswer{
      .ref = payment_.ref, .result = result, .reason = says_why ? payment_.failure : Reason::none});
}

Decision PaymentTransition::finish() {
  while (on_account_) hear(perform_here(*std::exchange(on_account_, std::nullopt)));
  if (payment_.attempt == 0 || !payment_.due) payment_.under_way.reset();
  if (change_waited_ && !waits_for_refund()) answer_change(refund_of(payment_.change_ref.run));
  decision_.saves(std::move(payment_));
  return std::move(decision_);
}

}  // namespace oms::payments
