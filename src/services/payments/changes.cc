#include <algorithm>

#include "services/payments/transition.h"

// Refunds that a change of the order asks for. Each change asks for one, and each refund has a
// number and an idempotency key of its own.
namespace oms::payments {

Decision PaymentTransition::on(const RefundPayment& command) {
  const auto change = command.ref.run;
  if (change < payment_.change_ref.run) return {};  // of one that was over long ago
  const bool is_repeated = change == payment_.change_ref.run;
  payment_.change_ref = command.ref;
  if (command.amount == 0) {  // the change makes no difference
    decision_.sends(StepAnswer{.ref = command.ref, .result = Result::done});
    return finish();
  }
  if (is_repeated) {
    const auto* const made = refund_of(change);
    if (made == nullptr || made->status != RefundStatus::pending) answer_change(made);
    return finish();
  }
  const bool is_possible = has_money() && !is_unwanted() && pending_refund() == nullptr &&
                           command.amount > 0 && command.amount <= refundable(payment_);
  if (!is_possible) {
    answer_change(nullptr);
    return finish();
  }
  auto& made = add_refund({.amount = command.amount, .change = change});
  payment_.attempt = 0;
  perform(refund(payment_, made));
  change_waited_ = true;
  settle();
  return finish();
}

Refund* PaymentTransition::refund_of(std::int32_t change) {
  const auto refund = std::ranges::find(payment_.refunds, change, &Refund::change);
  return change == 0 || refund == payment_.refunds.end() ? nullptr : &*refund;
}

bool PaymentTransition::waits_for_refund() {
  const auto* const refund = refund_of(payment_.change_ref.run);
  return refund != nullptr && refund->status == RefundStatus::pending;
}

// `refund`: the change's, which has ended; none: it was not even asked for.
void PaymentTransition::answer_change(const Refund* refund) {
  if (refund != nullptr && refund->status == RefundStatus::succeeded) {
    decision_.sends(StepAnswer{.ref = payment_.change_ref, .result = Result::done});
    return;
  }
  const bool has_failed = refund != nullptr && refund->status == RefundStatus::failed;
  decision_.sends(
      StepAnswer{.ref = payment_.change_ref,
                 .result = Result::refused,
                 .reason = has_failed ? Reason::refund_failed : Reason::not_refundable});
}

// The provider will not do it. What a change has asked for is then free again, and the operator
// hears of it; what undoes the order has to be settled by hand.
bool PaymentTransition::fail_for_good(Refund& refund) {
  if (refund.change == 0) return false;
  refund.status = RefundStatus::failed;
  return true;
}

}  // namespace oms::payments
