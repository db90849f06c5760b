// What payments makes of a provider that refuses: most of the rest is told by tests/journeys/.
#include "services/payments/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kept_records.h"

namespace oms::payments {
namespace {

using ::testing::IsEmpty;
using Kind = PaymentOperation::Kind;
using Ended = PaymentOutcome::Result;
using std::chrono::hours;
using std::chrono::minutes;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

class RefusingProvider : public ::testing::Test {
 protected:
  void given(Payment payment) {
    payment.id = order_id;
    payment.session_id = "cs_1";
    payment.attempt = 1;
    payment.due = start;
    records_.keep(make_record(std::move(payment)));
  }

  // Decides, and keeps what was decided.
  Decision hear(Payload payload, Time now = start) {
    auto decision = service_.decide(
        {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, records_, now);
    records_.keep(decision);
    return decision;
  }
  Decision is_refused(Kind kind) {
    return hear(
        PaymentOutcome{.kind = kind, .result = Ended::refused, .detail = "no such session"});
  }
  const Payment& payment() const { return *records_.get<Payment>(order_id); }

  static std::optional<StepAnswer> answer_in(const Decision& decision) {
    for (const auto& payload : decision.send) {
      if (const auto* answer = std::get_if<StepAnswer>(&payload)) return *answer;
    }
    return std::nullopt;
  }

  PaymentsService service_{PaymentSettings{}};
  testing::KeptRecords records_;
};

TEST_F(RefusingProvider, ALinkThatItWillNotCloseIsLookedAt) {
  given({.status = PaymentStatus::link_ready, .undo_requested = true});
  const auto decision = is_refused(Kind::expire_link);
  ASSERT_EQ(decision.effects.size(), 1U);
  EXPECT_EQ(std::get<PaymentOperation>(decision.effects.front()).kind, Kind::look_up);
  EXPECT_FALSE(answer_in(decision)) << "it may have been paid";
}

TEST_F(RefusingProvider, WhatWasPaidAndGivenBackUnheardIsOver) {
  for (const bool is_undone : {true, false}) {
    given({.status = PaymentStatus::link_ready,
           .amount = 450,
           .currency = "usd",
           .undo_requested = is_undone});
    const auto decision = hear(PaymentOutcome{.kind = Kind::look_up,
                                              .result = Ended::done,
                                              .word = ProviderWord::refunded,
                                              .amount = 450,
                                              .currency = "usd",
                                              .refunded = 450});
    EXPECT_EQ(payment().status, PaymentStatus::refunded);
    EXPECT_EQ(payment().captured, 450);
    EXPECT_EQ(payment().refunded, 450);
    EXPECT_FALSE(payment().due);
    ASSERT_TRUE(answer_in(decision));
    using Result = StepAnswer::Result;
    EXPECT_EQ(answer_in(decision)->result, is_undone ? Result::undone : Result::refused);
  }
}

TEST_F(RefusingProvider, ALinkThatStaysOpenIsNotClosedAgainAtOnce) {
  given({.status = PaymentStatus::link_ready, .failure = Reason::payment_failed});
  is_refused(Kind::expire_link);
  const auto decision = hear(
      PaymentOutcome{.kind = Kind::look_up, .result = Ended::done, .word = ProviderWord::declined});
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_EQ(payment().due, start + minutes{5});
}

TEST_F(RefusingProvider, ALinkThatWasPaidMeanwhileIsRefundedWithoutAlarm) {
  given({.status = PaymentStatus::refund_pending, .captured = 450, .undo_requested = true});
  EXPECT_THAT(is_refused(Kind::expire_link).effects, IsEmpty());
  EXPECT_TRUE(payment().due) << "the refund is under way";
}

TEST_F(RefusingProvider, ALinkThatIsClosedIsStillLookedAtLater) {
  given({.status = PaymentStatus::expired});
  is_refused(Kind::expire_link);
  EXPECT_TRUE(payment().due);
}

TEST_F(RefusingProvider, ALinkThatItDoesNotKnowIsUndone) {
  given({.status = PaymentStatus::link_ready, .undo_requested = true});
  const auto decision = is_refused(Kind::look_up);
  ASSERT_TRUE(answer_in(decision));
  EXPECT_EQ(answer_in(decision)->result, StepAnswer::Result::undone);
  EXPECT_EQ(payment().status, PaymentStatus::failed);
}

TEST_F(RefusingProvider, ALinkThatItDoesNotKnowIsNotWaitedFor) {
  given({.status = PaymentStatus::link_ready});
  const auto decision = is_refused(Kind::look_up);
  ASSERT_TRUE(answer_in(decision));
  EXPECT_EQ(answer_in(decision)->result, StepAnswer::Result::refused);
  EXPECT_EQ(answer_in(decision)->reason, Reason::payment_failed);
}

TEST_F(RefusingProvider, ALinkThatWasClosedIsNotAskedAboutForEver) {
  given({.status = PaymentStatus::expired});
  hear(WakeUp{}, start + hours{8});
  const auto decision = is_refused(Kind::look_up);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_FALSE(payment().due) << "housekeeping may forget it";
}

TEST_F(RefusingProvider, ARefundOfAnUnknownPaymentIsTheOperatorsToSettle) {
  given({.status = PaymentStatus::refund_pending, .captured = 450});
  EXPECT_THROW(is_refused(Kind::look_up), std::runtime_error);
  EXPECT_THROW(is_refused(Kind::refund), std::runtime_error);
}

}  // namespace
}  // namespace oms::payments
