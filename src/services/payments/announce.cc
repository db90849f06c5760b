// What others may follow of a payment.
#include "services/payments/announce.h"

#include <algorithm>
#include <utility>

#include "services/payments/service.h"

namespace oms::payments {
namespace {

using Refunds = std::vector<Refund>;

bool is_void(const Refund& refund) {
  return refund.status == RefundStatus::failed || refund.status == RefundStatus::canceled;
}

bool has_succeeded(const Refund& refund) {
  return refund.status == RefundStatus::succeeded;
}

bool is_by_provider(const Refund& refund) {
  return refund.initiated_by == Initiator::provider && !is_void(refund);
}

// What we have canceled did not fit any more, and is asked for again if it is still due.
bool has_failed(const Refund& refund) {
  return refund.status == RefundStatus::failed ||
         (refund.status == RefundStatus::canceled && refund.initiated_by == Initiator::provider);
}

const Refund* find(const Refunds& refunds, std::int32_t number) {
  const auto at = std::ranges::find(refunds, number, &Refund::number);
  return at == refunds.end() ? nullptr : &*at;
}

// The refunds for which it holds, and did not before, each with what is new of its amount. Those
// that were known by a total alone may be split and named later, and their parts are no news: so
// what all of them come to bounds what is new. One that has come back leaves room for another.
Refunds newly(bool (*holds)(const Refund&), const Refunds& before, const Refunds& after) {
  MinorUnits more = 0;
  for (const auto& refund : after) more += holds(refund) ? refund.amount : 0;
  for (const auto& refund : before) {
    if (!holds(refund)) continue;
    const auto* now = find(after, refund.number);
    more -= refund.amount - (now != nullptr && is_void(*now) ? now->amount : 0);
  }
  Refunds found;
  for (const auto& refund : after) {
    const auto* known = find(before, refund.number);
    const bool was_so = known != nullptr && holds(*known);
    const auto amount = std::min(refund.amount - (was_so ? known->amount : 0), more);
    if (!holds(refund) || amount <= 0) continue;
    more -= amount;
    found.push_back(refund);
    found.back().amount = amount;
  }
  return found;
}

class News {
 public:
  News(const Payment& before, const Payment& after, std::vector<PublicEvent>& events)
      : before_(before), after_(after), events_(events) {}

  void tell() {
    if (!was_held(before_) && was_held(after_)) add(EventType::payment_authorized, after_.amount);
    if (before_.status != PaymentStatus::voided && after_.status == PaymentStatus::voided) {
      add(EventType::payment_voided, after_.amount);
    }
    if (before_.captured == 0 && after_.captured > 0) {
      add(EventType::payment_completed, after_.captured);
    }
    // Of what was never asked for there is nothing to fail.
    if (!is_closed(before_) && is_closed(after_) && after_.amount > 0) {
      add(EventType::payment_failed, after_.amount);
    }
    tell_refunds();
    tell_disputes();
  }

 private:
  static bool is_closed(const Payment& payment) {
    return payment.status == PaymentStatus::failed || payment.status == PaymentStatus::expired;
  }

  static bool was_held(const Payment& payment) {
    return payment.begins_with == PaymentOperation::Kind::authorize &&
           (payment.status == PaymentStatus::authorized ||
            payment.status == PaymentStatus::voided || payment.captured > 0);
  }

  void tell_refunds() {
    const auto before = refunds_of(before_);
    const auto after = refunds_of(after_);
    for (const auto& refund : newly(is_by_provider, before, after)) {
      add_refund(EventType::payment_refunded_by_provider, refund);
    }
    for (const auto& refund : newly(has_succeeded, before, after)) {
      add_refund(EventType::payment_refunded, refund);
    }
    for (const auto& refund : after) {
      const auto* known = find(before, refund.number);
      const bool was_so = known != nullptr && has_failed(*known);
      if (has_failed(refund) && !was_so) add_refund(EventType::payment_refund_failed, refund);
    }
  }

  void tell_disputes() {
    for (const auto& dispute : after_.disputes) {
      const auto known =
          std::ranges::find(before_.disputes, dispute.provider_id, &Dispute::provider_id);
      if (known != before_.disputes.end() && known->status == dispute.status) continue;
      add(EventType::payment_disputed, dispute.amount, dispute.provider_id).dispute =
          dispute.status;
    }
  }

  void add_refund(EventType type, const Refund& refund) {
    add(type, refund.amount, refund.provider_id).refund = refund;
  }

  PaymentEvent& add(EventType type, MinorUnits amount, std::string provider_id = {}) {
    events_.push_back(event_about(after_, type, amount, std::move(provider_id)));
    return std::get<PaymentEvent>(events_.back().data);
  }

  const Payment& before_;
  const Payment& after_;
  std::vector<PublicEvent>& events_;
};

}  // namespace

PublicEvent event_about(const Payment& payment, EventType type, MinorUnits amount,
                        std::string provider_id) {
  return {.type = type,
          .subject = payment.id.text(),
          .data = PaymentEvent{.status = payment.status,
                               .failure = payment.failure,
                               .captured = payment.captured,
                               .refunded = payment.refunded,
                               .amount = amount,
                               .currency = payment.currency,
                               .provider_id = std::move(provider_id)}};
}

void PaymentsService::announce(const Record* before, const Record& after,
                               std::vector<PublicEvent>& events) const {
  static const Payment none;
  const auto* payment = after.as<Payment>();
  if (payment == nullptr) return;
  News{before != nullptr ? *before->as<Payment>() : none, *payment, events}.tell();
}

}  // namespace oms::payments
