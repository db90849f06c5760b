#include "services/payments/records.h"

#include "base/planted.h"
#include "messages/define_record.h"

namespace oms::payments {

bool is_under_way(const Payment& payment) {
  return payment.attempt > 0 && payment.due;
}

const RecordType& record_type(const Payment*) {
  static const RecordType type = define_record<Payment>({
      .table = "payments_payment",
      .schema = 2,  // 1 knew no refunds but that of everything
      .columns = {column<&Payment::status>("status"), column<&Payment::captured>("captured"),
                  column<&Payment::refunded>("refunded"),
                  flag_column<Payment, is_under_way>("under_way")},
      .indexes = {{.column = "under_way", .only = Condition{"under_way", {"yes"}}}},
      .under_way = "under_way",
  });
  return type;
}

std::vector<Refund> refunds_of(const Payment& payment) {
  if (!payment.refunds.empty()) return payment.refunds;
  if (payment.status == PaymentStatus::refund_pending) {
    return {{.number = 1, .amount = payment.captured - payment.refunded}};
  }
  if (payment.status == PaymentStatus::refunded) {
    return {{.number = 1, .amount = payment.refunded, .status = RefundStatus::succeeded}};
  }
  return {};
}

MinorUnits sum_of(const std::vector<Refund>& refunds, RefundStatus status) {
  MinorUnits sum = 0;
  for (const auto& refund : refunds) {
    if (refund.status == status) sum += refund.amount;
  }
  return sum;
}

MinorUnits disputed(const std::vector<Dispute>& disputes) {
  MinorUnits sum = 0;
  for (const auto& dispute : disputes) {
    if (dispute.status != DisputeStatus::won) sum += dispute.amount;
  }
  return sum;
}

MinorUnits refundable(const Payment& payment) {
  const auto taken = planted::is("count_disputed") ? 0 : disputed(payment.disputes);
  return payment.captured - sum_of(payment.refunds, RefundStatus::succeeded) -
         sum_of(payment.refunds, RefundStatus::pending) - taken;
}

const Refund* pending_refund(const std::vector<Refund>& refunds) {
  for (const auto& refund : refunds) {
    const bool is_ours = refund.initiated_by == Initiator::oms;
    if (is_ours && refund.status == RefundStatus::pending) return &refund;
  }
  return nullptr;
}

}  // namespace oms::payments
