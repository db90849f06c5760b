#include <algorithm>
#include <stdexcept>
#include <utility>

#include "services/payments/transition.h"

// What becomes of the money once it is there. Refunds are asked for by us, or made by the provider
// and only told; disputes are the banks'.
namespace oms::payments {
namespace {

bool may_become(RefundStatus from, RefundStatus to) {
  if (from == RefundStatus::pending) return to != RefundStatus::pending;
  // The customer's bank may send it back later.
  return from == RefundStatus::succeeded && to != RefundStatus::pending &&
         to != RefundStatus::succeeded;
}

bool is_void(RefundStatus status) {
  return status == RefundStatus::failed || status == RefundStatus::canceled;
}

// What the provider began and has not ended counts in its total.
MinorUnits pending_elsewhere(const std::vector<Refund>& refunds) {
  MinorUnits sum = 0;
  for (const auto& refund : refunds) {
    const bool counts =
        refund.status == RefundStatus::pending && refund.initiated_by == Initiator::provider;
    if (counts) sum += refund.amount;
  }
  return sum;
}

}  // namespace

// The provider holds the money, and has refunded so much of it.
void PaymentTransition::take(MinorUnits amount, std::string_view currency,
                             MinorUnits refunded_in_all) {
  if (has_money()) return hear_total(refunded_in_all);
  const bool is_right = amount == payment_.amount && currency == payment_.currency;
  if (!is_right) {
    throw std::runtime_error("the provider captured another amount or currency than was asked");
  }
  const bool is_spared = payment_.undo_requested && payment_.spares_capture && !is_closed();
  if (is_spared) payment_.undo_requested = false;
  // A customer who pays while the link is being closed is faster than five bad cards.
  const bool is_wanted = !payment_.undo_requested && !is_closed();
  if (is_wanted) payment_.failure = Reason::none;
  payment_.captured = amount;
  payment_.refunded_in_all = std::min(std::max(payment_.refunded_in_all, refunded_in_all), amount);
  payment_.lines.clear();
  payment_.payment_token.clear();
  payment_.last_error = {};
  payment_.attempt = 0;
  explain_total();
  settle(!is_wanted);
  if (!is_wanted) return;
  const bool is_there = payment_.refunded < payment_.captured;
  if (!is_there) payment_.failure = Reason::refunded_by_provider;
  if (is_spared) answer(Result::too_late);
  answer(is_there ? Result::done : Result::refused);
}

void PaymentTransition::on_refund(const PaymentOutcome& outcome, std::int32_t attempts) {
  auto* const asked = pending_refund();
  const bool is_echo = asked == nullptr || (outcome.number != 0 && outcome.number != asked->number);
  if (is_echo) {
    payment_.attempt = attempts;
    if (outcome.result == PaymentOutcome::Result::done) name_ours(outcome);
    if (outcome.result == PaymentOutcome::Result::refused && outcome.number != 0 &&
        !is_doubtful()) {
      disown(outcome.number);
    }
    return hear_total(outcome.refunded);
  }
  payment_.refunded_in_all =
      std::max(payment_.refunded_in_all, std::min(outcome.refunded, payment_.captured));
  if (outcome.result == PaymentOutcome::Result::done) {
    asked->status = RefundStatus::succeeded;
    asked->provider_id = outcome.refund_id;
  } else if (unexplained() >= asked->amount && !is_doubtful()) {
    asked->status = RefundStatus::canceled;  // somebody else was faster
  } else if (!explain_total()) {
    // Refused, although nothing has been refunded meanwhile: it may be disputed meanwhile.
    if (refundable(payment_) < 0) {
      asked->status = RefundStatus::canceled;
    } else if (!fail_for_good(*asked)) {
      throw std::runtime_error("the provider refuses the refund: " + outcome.detail);
    }
  }
  explain_total();
  const auto before = payment_.refunded;
  settle();
  cancel_what_was_refunded(before);
}

// What the provider has left, as far as is known.
MinorUnits PaymentTransition::unrefunded() const {
  return payment_.captured - sum_of(payment_.refunds, RefundStatus::succeeded) -
         pending_elsewhere(payment_.refunds);
}

// How much the provider's total is above the refunds that are known.
MinorUnits PaymentTransition::unexplained() const {
  return payment_.refunded_in_all - sum_of(payment_.refunds, RefundStatus::succeeded) -
         pending_elsewhere(payment_.refunds);
}

// All that was ever refunded of the charge, as the provider counts it.
void PaymentTransition::hear_total(MinorUnits refunded_in_all) {
  if (refunded_in_all > payment_.captured) {
    throw std::runtime_error("the provider tells of " + std::to_string(refunded_in_all) +
                             " refunded, of " + std::to_string(payment_.captured) + " captured");
  }
  payment_.refunded_in_all = std::max(payment_.refunded_in_all, refunded_in_all);
  const auto before = payment_.refunded;
  if (!explain_total()) return;
  settle();
  cancel_what_was_refunded(before);
}

// Whether the provider's total tells of a refund that was not known. What is more than the known
// refunds come to is the one that we have asked for, or somebody has refunded at the provider.
bool PaymentTransition::explain_total() {
  const auto rest = unexplained();
  if (rest <= 0) return false;
  auto* const asked = pending_refund();
  if (asked != nullptr && rest >= asked->amount) {
    // The total cannot say whose it is: the refund's own answer will, unless the provider has
    // forgotten its key. Of what undoes the order it does not matter, once all is back.
    const bool is_all = rest == asked->amount && payment_.refunded_in_all == payment_.captured;
    const bool is_undone = is_all && asked->change == 0;
    if (!is_undone && !is_doubtful()) return false;
    asked->status = RefundStatus::succeeded;
    explain_total();  // what is more than ours
    return true;
  }
  auto* const last = payment_.refunds.size() < refunds_max ? nullptr : last_elsewhere();
  if (last != nullptr) {
    last->amount += rest;  // there is no room to tell them apart
  } else {
    add_refund(
        {.amount = rest, .status = RefundStatus::succeeded, .initiated_by = Initiator::provider});
  }
  drop_what_does_not_fit();
  return true;
}

// The provider has not made this refund of ours: what its total told of was somebody else's.
bool PaymentTransition::disown(std::int32_t number) {
  const auto refund = std::ranges::find_if(payment_.refunds, [&](const Refund& each) {
    return each.initiated_by == Initiator::oms && each.provider_id.empty() &&
           each.status == RefundStatus::succeeded && (number == 0 || each.number == number);
  });
  if (refund == payment_.refunds.end()) return false;
  refund->initiated_by = Initiator::provider;
  tell_order();
  return true;
}

// A total has told of it before its own answer came.
void PaymentTransition::name_ours(const PaymentOutcome& outcome) {
  for (auto& refund : payment_.refunds) {
    const bool is_it = refund.initiated_by == Initiator::oms && refund.number == outcome.number;
    if (!is_it || !refund.provider_id.empty()) continue;
    refund.provider_id = outcome.refund_id;
    tell_order();
  }
}

// The provider refuses a refund of more than is left, so one that was asked for before somebody
// else took a part of it will not happen.
void PaymentTransition::drop_what_does_not_fit() {
  auto* const asked = pending_refund();
  if (asked != nullptr && asked->amount > unrefunded()) asked->status = RefundStatus::canceled;
}

// One refund, by its name.
void PaymentTransition::hear_refund(const ProviderEvent& event) {
  const auto last = payment_.refunds.empty() ? 0 : payment_.refunds.back().number;
  const bool is_named = std::ranges::find(payment_.refunds, event.subject_id,
                                          &Refund::provider_id) != payment_.refunds.end();
  auto& refund = refund_told_of(event);
  const bool is_new = refund.number > last;
  if (!is_new && !may_become(refund.status, event.refund_status)) {
    if (is_named) return;  // otherwise its name is news, and one without a name may be two now
    drop_what_does_not_fit();
    const auto before = payment_.refunded;
    settle();
    return cancel_what_was_refunded(before);
  }
  const bool is_ours = refund.initiated_by == Initiator::oms;
  const auto before = payment_.refunded;
  refund.status = event.refund_status;
  if (is_void(refund.status)) {
    // Only a refund that no longer fits is canceled by us, and then another one follows.
    if (is_ours) refund.status = RefundStatus::failed;
    payment_.refunded_in_all = std::max<MinorUnits>(payment_.refunded_in_all - refund.amount, 0);
  }
  drop_what_does_not_fit();
  settle();
  cancel_what_was_refunded(before);
}

Refund& PaymentTransition::refund_told_of(const ProviderEvent& event) {
  for (auto& refund : payment_.refunds) {
    const bool has_name = !refund.provider_id.empty() && refund.provider_id == event.subject_id;
    const bool has_number = refund.provider_id.empty() && event.refund_number != 0 &&
                            refund.initiated_by == Initiator::oms &&
                            refund.number == event.refund_number;
    if (!has_name && !has_number) continue;
    if (refund.amount != event.amount) {
      throw std::runtime_error("the provider tells of refund " + event.subject_id + " over " +
                               std::to_string(event.amount) + ", it is over " +
                               std::to_string(refund.amount));
    }
    refund.provider_id = event.subject_id;
    return refund;
  }
  if (auto* const refund = take_unnamed(event)) return *refund;
  const auto left = unrefunded();
  const bool was_ours = event.amount > left && event.refund_number == 0 && disown(0);
  if (auto* const refund = was_ours ? take_unnamed(event) : nullptr) return *refund;
  if (event.amount <= 0 || event.amount > left) {
    throw std::runtime_error("the provider tells of a refund of " + std::to_string(event.amount) +
                             ", and " + std::to_string(left) + " are left");
  }
  return add_refund({.amount = event.amount,
                     .initiated_by = Initiator::provider,
                     .provider_id = event.subject_id});
}

// One of those that the provider's totals have told of before, without names: the one of its
// amount, or the smallest that is larger, or else the largest. What the total leaves to the others,
// they keep.
Refund* PaymentTransition::take_unnamed(const ProviderEvent& event) {
  std::vector<Refund*> unnamed;
  MinorUnits sum = 0;
  for (auto& refund : payment_.refunds) {
    const bool is_unnamed = refund.initiated_by == Initiator::provider &&
                            refund.provider_id.empty() && refund.status == RefundStatus::succeeded;
    if (!is_unnamed) continue;
    unnamed.push_back(&refund);
    sum += refund.amount;
  }
  if (unnamed.empty() || event.amount <= 0) return nullptr;
  std::ranges::sort(unnamed, {}, &Refund::amount);
  const auto enough = std::ranges::lower_bound(unnamed, event.amount, {}, &Refund::amount);
  auto& refund = enough != unnamed.end() ? **enough : *unnamed.back();
  const auto before = refund.amount;
  if (event.amount - sum > unrefunded()) return nullptr;
  auto rest = std::max<MinorUnits>(unexplained() + sum - event.amount, 0) - (sum - before);
  refund.amount = event.amount;
  refund.provider_id = event.subject_id;
  for (auto* other : unnamed) {
    if (rest >= 0 || other == &refund) continue;
    const auto part = std::min(other->amount, -rest);
    other->amount -= part;
    rest += part;
  }
  const auto number = refund.number;
  std::erase_if(payment_.refunds, [](const Refund& each) { return each.amount == 0; });
  rest = std::min(rest, before - event.amount);
  if (rest > 0) {
    add_refund(
        {.amount = rest, .status = RefundStatus::succeeded, .initiated_by = Initiator::provider});
  }
  return &*std::ranges::find(payment_.refunds, number, &Refund::number);
}

// Whether it is news.
bool PaymentTransition::note_dispute(const ProviderEvent& event) {
  auto& disputes = payment_.disputes;
  const auto known = std::ranges::find(disputes, event.subject_id, &Dispute::provider_id);
  if (known != disputes.end()) {
    const bool is_news =
        known->status == DisputeStatus::open && event.dispute_status != DisputeStatus::open;
    if (!is_news) return false;
    known->status = event.dispute_status;
  } else {
    const auto left = payment_.amount - disputed(disputes);
    if (event.amount <= 0 || event.amount > left || disputes.size() == disputes_max) {
      throw std::runtime_error("the provider tells of a dispute over " +
                               std::to_string(event.amount) + ", and " + std::to_string(left) +
                               " can be disputed");
    }
    disputes.push_back(
        {.provider_id = event.subject_id, .amount = event.amount, .status = event.dispute_status});
  }
  return true;
}

Refund* PaymentTransition::last_elsewhere() {
  const auto last =
      std::find_if(payment_.refunds.rbegin(), payment_.refunds.rend(), [](const Refund& refund) {
        return refund.status == RefundStatus::succeeded &&
               refund.initiated_by == Initiator::provider;
      });
  return last == payment_.refunds.rend() ? nullptr : &*last;
}

// There is always room for ours: without it an undoing would never end.
Refund& PaymentTransition::add_refund(Refund refund) {
  auto& refunds = payment_.refunds;
  if (refunds.size() >= refunds_max && refund.initiated_by == Initiator::provider) {
    throw std::runtime_error("this payment has had " + std::to_string(refunds_max) +
                             " refunds: settle the next one by hand");
  }
  refund.number = refunds.empty() ? 1 : refunds.back().number + 1;
  if (refund.initiated_by == Initiator::oms) {
    refund.after = sum_of(refunds, RefundStatus::succeeded);
  }
  return refunds.emplace_back(std::move(refund));
}

// After every change of what the refunds and disputes come to: asks for the refund that is due,
// shows how the payment stands, and answers once nothing is under way.
void PaymentTransition::settle(bool is_asked) {
  const bool was_pending = payment_.status == PaymentStatus::refund_pending;
  // What has failed at the provider is the operator's to settle: another try would fail like it.
  const bool has_failed = std::ranges::any_of(payment_.refunds, [](const Refund& refund) {
    return refund.initiated_by == Initiator::oms && refund.change == 0 &&
           refund.status == RefundStatus::failed;
  });
  payment_.refunded = sum_of(payment_.refunds, RefundStatus::succeeded);
  const auto left = refundable(payment_);
  if (is_unwanted() && !has_failed && left > 0 && pending_refund() == nullptr) {
    payment_.attempt = 0;
    perform(refund(payment_, add_refund({.amount = left})));
  }
  payment_.status = standing();
  tell_order();
  if (pending_refund() != nullptr) return;
  payment_.due.reset();
  payment_.attempt = 0;
  if (payment_.undo_requested && (was_pending || is_asked)) answer(Result::undone);
}

// An order whose money is gone is cancelled, if that can still be. What its changes have given back
// was the operator's will.
void PaymentTransition::cancel_what_was_refunded(MinorUnits refunded_before) {
  const bool is_all_new =
      payment_.refunded == payment_.captured && refunded_before < payment_.captured;
  const bool is_by_provider = std::ranges::any_of(payment_.refunds, [](const Refund& refund) {
    return refund.initiated_by == Initiator::provider && refund.status == RefundStatus::succeeded;
  });
  if (!is_all_new || !is_by_provider || is_unwanted()) return;
  decision_.sends(CancelSaga{.reason = Reason::refunded_by_provider});
}

Refund* PaymentTransition::pending_refund() {
  const auto at = std::ranges::find_if(payment_.refunds, [](const Refund& refund) {
    return refund.initiated_by == Initiator::oms && refund.status == RefundStatus::pending;
  });
  return at == payment_.refunds.end() ? nullptr : &*at;
}

PaymentStatus PaymentTransition::standing() const {
  if (payments::pending_refund(payment_.refunds) != nullptr) return PaymentStatus::refund_pending;
  if (payment_.refunded == payment_.captured) return PaymentStatus::refunded;
  return payment_.refunded > 0 ? PaymentStatus::partially_refunded : PaymentStatus::captured;
}

}  // namespace oms::payments
