#pragma once

#include <vector>

#include "services/orders/records.h"
#include "services/payments/records.h"

namespace oms::check {

// Money is added up wider than the product counts it, so that no sum can overflow unseen.
__extension__ using Wide = __int128;

// What those refunds come to that are counted.
template <class Counts>
Wide sum_if(const std::vector<Refund>& refunds, Counts counts) {
  Wide sum = 0;
  for (const auto& refund : refunds) {
    if (counts(refund)) sum += refund.amount;
  }
  return sum;
}

inline Wide sum_of(const std::vector<Refund>& refunds, RefundStatus status) {
  return sum_if(refunds, [&](const Refund& refund) { return refund.status == status; });
}

// Open disputes and lost ones.
Wide disputed(const std::vector<Dispute>& disputes);
// What the provider has refunded of its own accord. The simulated provider's ledger does not know
// of it, if it was only told by webhook.
Wide refunded_by_provider(const std::vector<Refund>& refunds);
// What changes have given back, beside the order's life: to the operator's order, or because the
// customer has made a paid order smaller.
Wide refunded_by_changes(const std::vector<Refund>& refunds);
// The latter alone, which the order's total contains no longer; `status`: succeeded, or failed.
Wide refunded_by_revisions(const orders::Order& order, const std::vector<Refund>& refunds,
                           RefundStatus status = RefundStatus::succeeded);
// What the shop keeps of a cancelled order, for it could not be refunded: it is disputed, or the
// refund has failed and waits for the operator.
Wide cannot_be_refunded(const std::vector<Refund>& refunds, const std::vector<Dispute>& disputes);

}  // namespace oms::check
