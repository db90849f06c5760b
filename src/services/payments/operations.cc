#include "services/payments/operations.h"

#include <algorithm>

namespace oms::payments {
namespace {

using Kind = PaymentOperation::Kind;

PaymentOperation about(const Payment& payment, Kind kind, const std::string& name) {
  return {.kind = kind,
          .order_id = payment.id,
          .idempotency_key = payment.id.text() + "-" + name,
          .session_id = payment.session_id,
          .currency = payment.currency,
          .link = payment.method == PaymentMethod::link ? payment.links : 0};
}

PaymentOperation about(const ClosedLinks& closed, const ClosedLink& link, Kind kind,
                       const std::string& name) {
  return {.kind = kind,
          .order_id = closed.id,
          .idempotency_key = closed.id.text() + "-" + name + "-link-" + std::to_string(link.number),
          .session_id = link.session_id,
          .currency = closed.currency,
          .link = link.number};
}

// The first one's keys are older than the numbers.
std::string number_of(const Payment& payment) {
  return payment.links == 1 ? std::string{} : "-" + std::to_string(payment.links);
}

std::string first_name(Kind kind) {
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
  auto operation =
      about(payment, payment.begins_with, first_name(payment.begins_with) + number_of(payment));
  operation.amount = payment.amount;
  operation.customer_id = payment.customer_id;
  operation.payment_token = payment.payment_token;
  operation.lines = payment.lines;
  operation.expires_at = payment.expires_at;
  return operation;
}

PaymentOperation expire_link(const Payment& payment) {
  return about(payment, Kind::expire_link, "expire" + number_of(payment));
}

PaymentOperation capture(const Payment& payment) {
  auto operation = about(payment, Kind::capture, "capture");
  operation.amount = payment.amount;
  return operation;
}

PaymentOperation release(const Payment& payment) {
  auto operation = about(payment, Kind::release, "release");
  operation.amount = payment.amount;
  return operation;
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

PaymentOperation refund(const ClosedLinks& closed, const ClosedLink& link) {
  const auto amount = link.captured - link.refunded;
  auto operation = about(closed, link, Kind::refund, "refund-" + std::to_string(amount));
  operation.amount = amount;
  operation.number = -link.number;
  return operation;
}

PaymentOperation look_up(const ClosedLinks& closed, const ClosedLink& link) {
  return about(closed, link, Kind::look_up, "look-up");
}

PaymentOperation expire_link(const ClosedLinks& closed, const ClosedLink& link) {
  return about(closed, link, Kind::expire_link, "expire");
}

Duration pause_before_retry(const PaymentSettings& settings, std::int32_t attempt) {
  constexpr std::int32_t doublings_max = 11;
  constexpr Duration longest = std::chrono::minutes{32};
  return std::min(settings.first_retry * (1 << std::min(attempt, doublings_max)), longest);
}

}  // namespace oms::payments
