#include "messages/events.h"

#include "codec/json_names.h"

namespace oms {
namespace {

PaymentAlarm::Kind alarm_of(DisputeStatus status) {
  switch (status) {
    case DisputeStatus::open:
      return PaymentAlarm::Kind::disputed;
    case DisputeStatus::won:
      return PaymentAlarm::Kind::dispute_won;
    case DisputeStatus::lost:
      break;
  }
  return PaymentAlarm::Kind::dispute_lost;
}

std::optional<PaymentAlarm::Kind> kind_of(EventType type, const PaymentEvent& payment) {
  switch (type) {
    case EventType::payment_refunded_by_provider:
      return PaymentAlarm::Kind::refunded_by_provider;
    case EventType::payment_refund_failed:
      return PaymentAlarm::Kind::refund_failed;
    case EventType::payment_disputed:
      return alarm_of(payment.dispute.value_or(DisputeStatus::open));
    case EventType::payment_unknown:
      return PaymentAlarm::Kind::unknown_payment;
    default:
      return std::nullopt;
  }
}

}  // namespace

// The words before the first underscore are whom it is about.
std::string public_name(EventType type) {
  std::string name{json::name_of(type)};
  const auto at = name.find('_');
  if (at != std::string::npos) name[at] = '.';
  return name;
}

std::optional<PaymentAlarm> alarm_of(const PublicEvent& event) {
  const auto* payment = std::get_if<PaymentEvent>(&event.data);
  if (payment == nullptr) return std::nullopt;
  const auto kind = kind_of(event.type, *payment);
  if (!kind) return std::nullopt;
  return PaymentAlarm{.kind = *kind,
                      .amount = payment->amount,
                      .currency = payment->currency,
                      .detail = payment->provider_id};
}

}  // namespace oms
