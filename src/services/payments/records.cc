#include "services/payments/records.h"

#include "messages/define_record.h"

namespace oms::payments {

namespace {

using Kind = PaymentOperation::Kind;

template <class T>
bool is_under_way(const T& record) {
  return record.under_way.has_value();
}

// What was under way followed from the status until schema 3.
Kind implied_operation(const Payment& payment) {
  const bool is_being_closed = payment.undo_requested || payment.failure != Reason::none;
  switch (payment.status) {
    case PaymentStatus::requested:
      return Kind::create_link;
    case PaymentStatus::refund_pending:
      return Kind::refund;
    case PaymentStatus::link_ready:
      return is_being_closed ? Kind::expire_link : Kind::look_up;
    default:
      return Kind::look_up;
  }
}

Result<Payment> read_payment(std::string_view json) {
  OMS_TRY(Payment payment, read_record<Payment>(json));
  const bool is_older = payment.attempt > 0 && payment.due && !payment.under_way;
  if (is_older) payment.under_way = implied_operation(payment);
  return payment;
}

}  // namespace

const RecordType& record_type(const Payment*) {
  static const RecordType type = define_record<Payment, &read_payment>({
      .table = "payments_payment",
      // 1 knew no refunds but that of everything, 2 none that a change asks for, 3 links alone.
      .schema = 4,
      .columns = {column<&Payment::status>("status"), column<&Payment::captured>("captured"),
                  column<&Payment::refunded>("refunded"),
                  flag_column<Payment, is_under_way<Payment>>("under_way")},
      .indexes = {{.column = "under_way", .only = Condition{"under_way", {"yes"}}}},
      .under_way = "under_way",
  });
  return type;
}

const RecordType& record_type(const ClosedLinks*) {
  static const RecordType type = define_record<ClosedLinks>({
      .table = "payments_closed_links",
      .schema = 2,  // 1 knew not when each was closed: then it counts as long ago
      .columns = {flag_column<ClosedLinks, is_under_way<ClosedLinks>>("under_way")},
      .indexes = {{.column = "under_way", .only = Condition{"under_way", {"yes"}}}},
      .under_way = "under_way",
  });
  return type;
}

const RecordType& record_type(const Account*) {
  static const RecordType type = define_record<Account>({.table = "payments_account"});
  return type;
}

AccountView view(const Account& account) {
  return {.id = account.id,
          .full_name = account.full_name,
          .balance = account.balance,
          .held = account.held,
          .currency = account.currency,
          .version = account.version};
}

const RecordType& record_type(const AccountMovement*) {
  static const RecordType type = define_record<AccountMovement>({
      .table = "payments_account_movement",
      .columns = {column<&AccountMovement::customer_id>("customer_id")},
      .indexes = {{.column = "customer_id"}},
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
  return payment.captured - sum_of(payment.refunds, RefundStatus::succeeded) -
         sum_of(payment.refunds, RefundStatus::pending) - disputed(payment.disputes);
}

const Refund* pending_refund(const std::vector<Refund>& refunds) {
  for (const auto& refund : refunds) {
    const bool is_ours = refund.initiated_by == Initiator::oms;
    if (is_ours && refund.status == RefundStatus::pending) return &refund;
  }
  return nullptr;
}

}  // namespace oms::payments
