#include "services/payments/operations.h"

namespace oms::payments {
namespace {

using Kind = PaymentOperation::Kind;

PaymentOperation about(const Payment& payment, Kind kind, const std::string& name) {
  return {.kind = kind,
          .order_id = payment.id,
          .idempotency_key = payment.id.text() + "-" + name,
          .session_id = payment.session_id,
          .currency = payment.currency};
}

std::string key_of(Kind kind) {
  switch (kind) {
    case Kind::charge:
      return "charge";
    case Kind::authorize:
      return "authorize";
    default:
      return "link";
  }
}

}  // namespace

PaymentOperation begin(const Payment& payment) {
  auto operation = about(payment, payment.begins_with, key_of(payment.begins_with));
  operation.amount = payment.amount;
  operation.customer_id = payment.customer_id;
  operation.payment_token = payment.payment_token;
  operation.lines = payment.lines;
  operation.expires_at = payment.expires_at;
  return operation;
}

PaymentOperation expire_link(const Payment& payment) {
  return about(payment, Kind::expire_link, "expire");
}

PaymentOperation capture(const Payment& payment) {
  auto operation = about(payment, Kind::capture, "capture");
  operation.amount = payment.amount;
  return operation;
}

PaymentOperation release(const Payment& payment) {
  return about(payment, Kind::release, "release");
}

PaymentOperation refund(const Payment& payment, const Refund& refund) {
  // The key of the first, of everything, is older than the numbers, and stays: it may be under way.
  // A shop that was restored counts from an earlier number. Then what has been refunded since tells
  // its refund from an earlier one of the same number and amount.
  const bool is_everything = refund.number == 1 && refund.amount == payment.captured;
  auto suffix = is_everything
                    ? std::string{}
                    : "-" + std::to_string(refund.number) + "-" + std::to_string(refund.amount);
  if (refund.after > 0) suffix += "-after-" + std::to_string(refund.after);
  auto operation = about(payment, Kind::refund, "refund" + suffix);
  operation.amount = refund.amount;
  operation.number = refund.number;
  return operation;
}

PaymentOperation look_up(const Payment& payment) {
  return about(payment, Kind::look_up, "look-up");
}

}  // namespace oms::payments
