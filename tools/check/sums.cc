#include "tools/check/sums.h"

#include <algorithm>

namespace oms::check {

Wide refunded_by_provider(const std::vector<Refund>& refunds) {
  return sum_if(refunds, [](const Refund& refund) {
    return refund.status == RefundStatus::succeeded && refund.initiated_by == Initiator::provider;
  });
}

Wide refunded_by_changes(const std::vector<Refund>& refunds) {
  return sum_if(refunds, [](const Refund& refund) {
    return refund.status == RefundStatus::succeeded && refund.initiated_by == Initiator::oms &&
           refund.change != 0;
  });
}

Wide refunded_by_revisions(const orders::Order& order, const std::vector<Refund>& refunds,
                           RefundStatus status) {
  const bool is_changed_now = order.revision && order.revision->status == ChangeStatus::under_way;
  const auto under_way = is_changed_now ? order.revision->change : 0;
  return sum_if(refunds, [&](const Refund& refund) {
    const bool counts = refund.status == status && refund.change != 0 && refund.change != under_way;
    return counts && std::ranges::find(order.requested_refunds, refund.change,
                                       &RequestedRefund::change) == order.requested_refunds.end();
  });
}

Wide disputed(const std::vector<Dispute>& disputes) {
  Wide sum = 0;
  for (const auto& dispute : disputes) {
    if (dispute.status != DisputeStatus::won) sum += dispute.amount;
  }
  return sum;
}

Wide cannot_be_refunded(const std::vector<Refund>& refunds, const std::vector<Dispute>& disputes) {
  return disputed(disputes) + sum_if(refunds, [](const Refund& refund) {
           // What the provider began by itself is not ended by asking for it again.
           const bool is_ours = refund.initiated_by == Initiator::oms;
           return refund.status == (is_ours ? RefundStatus::failed : RefundStatus::pending);
         });
}

}  // namespace oms::check
