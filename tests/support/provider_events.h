#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json_names.h"
#include "services/payments/service.h"
#include "tests/support/kept_records.h"

namespace oms::payments {

inline const Id order_id{Id::Bytes{0x65, 1}};
inline constexpr Time start{1'700'000'000'000};

inline auto is_refund(MinorUnits amount, RefundStatus status, Initiator initiator) {
  return ::testing::AllOf(::testing::Field(&Refund::amount, amount),
                          ::testing::Field(&Refund::status, status),
                          ::testing::Field(&Refund::initiated_by, initiator));
}

// A decision, and what is announced of it.
struct Heard : Decision {
  std::vector<PublicEvent> events;
};

// One payment, and what the provider tells of it.
class ProviderEvents : public ::testing::Test {
 protected:
  using Kind = PaymentOperation::Kind;
  using Word = ProviderWord;
  using Ended = PaymentOutcome::Result;

  void given(Payment payment) {
    payment.id = order_id;
    payment.amount = 450;
    payment.currency = "usd";
    if (payment.session_id.empty()) payment.session_id = "cs_1";
    records_.keep(make_record(std::move(payment)));
  }
  void given_paid() { given({.status = PaymentStatus::captured, .captured = 450}); }
  void given_link() { given({.status = PaymentStatus::link_ready, .due = start}); }
  // As an older version has stored it.
  void given_refund_under_way() {
    given({.status = PaymentStatus::refund_pending,
           .captured = 450,
           .undo_requested = true,
           .attempt = 1,
           .asked_at = start,
           .due = start});
  }
  void given_refund_beside_dispute(MinorUnits refund, Dispute dispute) {
    dispute.provider_id = "dp_1";
    given({.status = PaymentStatus::refund_pending,
           .captured = 450,
           .undo_requested = true,
           .attempt = 1,
           .asked_at = start,
           .due = start,
           .refunds = {{.number = 1, .amount = refund}},
           .disputes = {dispute}});
  }

  Heard hear(Payload payload, Time now = start) {
    auto decision = records_.decide(
        service_, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
    return {std::move(decision), records_.events()};
  }
  Heard told(ProviderEvent event) {
    event.event_id = "evt_" + std::to_string(++events_);
    if (event.currency.empty()) event.currency = "usd";
    return hear(std::move(event));
  }
  Heard told_total(MinorUnits amount) {
    return told({.session_id = "cs_1", .word = Word::refunded, .amount = amount});
  }
  Heard told_refund(const char* id, MinorUnits amount, RefundStatus status, int number = 0) {
    return told({.word = Word::refund,
                 .amount = amount,
                 .subject_id = id,
                 .refund_number = number,
                 .refund_status = status});
  }
  Heard refund_ended(Ended result, MinorUnits refunded, int number) {
    return hear(PaymentOutcome{.kind = Kind::refund,
                               .result = result,
                               .word = Word::refunded,
                               .refunded = refunded,
                               .number = number,
                               .refund_id = "re_ours"});
  }
  Heard refund_refused(std::int32_t request) {
    return hear(PaymentOutcome{
        .kind = Kind::refund, .result = Ended::refused, .number = 1, .request = request});
  }
  const Payment& payment() const { return *records_.get<Payment>(order_id); }

  template <class M>
  static std::vector<M> sent(const Decision& decision) {
    std::vector<M> found;
    for (const auto& payload : decision.send) {
      if (const auto* message = std::get_if<M>(&payload)) found.push_back(*message);
    }
    return found;
  }
  static std::vector<std::string> alarms(const Heard& heard) {
    std::vector<std::string> found;
    for (const auto& event : heard.events) {
      const auto alarm = alarm_of(event);
      if (!alarm) continue;
      found.push_back(std::string{json::name_of(alarm->kind)} + " " +
                      std::to_string(alarm->amount));
    }
    return found;
  }
  static PaymentOperation operation(const Decision& decision) {
    return decision.effects.size() == 1 ? std::get<PaymentOperation>(decision.effects.front())
                                        : PaymentOperation{};
  }

  PaymentsService service_{PaymentSettings{}};
  testing::KeptRecords records_;
  int events_ = 0;
};

}  // namespace oms::payments
