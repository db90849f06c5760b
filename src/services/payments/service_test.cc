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
    return records_.decide(
        service_, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
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

// The provider's answers are lost, and so may be the process that waited for them.
class SilentProvider : public RefusingProvider {
 protected:
  // What the wake-up asks, if anything.
  std::optional<Kind> wake(WakeUp wake_up, Time now) {
    const auto decision = hear(std::move(wake_up), now);
    if (decision.effects.empty()) return std::nullopt;
    return std::get<PaymentOperation>(decision.effects.front()).kind;
  }
};

TEST_F(SilentProvider, IsAskedAgainAfterASecondOrTwoAndThenLessAndLessOften) {
  hear(CollectPayment{.amount = 450, .currency = "usd"});
  std::vector<Duration> waited;
  for (auto now = start; waited.size() < 14; now = *payment().due) {
    if (now != start) {
      EXPECT_EQ(wake({}, now), Kind::create_link);
    }
    waited.push_back(*payment().due - now);
  }
  EXPECT_GE(waited.front(), std::chrono::seconds{1});
  EXPECT_LE(waited.front(), std::chrono::seconds{2});
  for (std::size_t i = 1; i < waited.size(); ++i) {
    EXPECT_EQ(waited[i], std::min<Duration>(2 * waited[i - 1], minutes{32}));
  }
  EXPECT_EQ(waited.back(), minutes{32});
}

TEST_F(SilentProvider, IsAskedAtOnceAfterARestart) {
  records_.keep(make_record(Payment{.id = order_id,
                                    .under_way = Kind::create_link,
                                    .attempt = 9,
                                    .asked_at = start,
                                    .due = start + minutes{20}}));
  EXPECT_EQ(wake({.is_restart = true}, start), Kind::create_link);
  EXPECT_GT(*payment().due, start + minutes{10}) << "and then as rarely as before";
  EXPECT_FALSE(wake({}, start)) << "but not twice";
}

TEST_F(SilentProvider, IsNotAskedAboutAnOpenLinkAfterARestart) {
  records_.keep(make_record(Payment{.id = order_id,
                                    .status = PaymentStatus::link_ready,
                                    .session_id = "cs_1",
                                    .due = start + minutes{5}}));
  EXPECT_FALSE(wake({.is_restart = true}, start));
  EXPECT_FALSE(payment().under_way);
}

TEST_F(SilentProvider, IsAskedBeforeAnOldKeyIsUsedAgainAfterARestart) {
  records_.keep(make_record(Payment{.id = order_id,
                                    .status = PaymentStatus::refund_pending,
                                    .captured = 450,
                                    .under_way = Kind::refund,
                                    .attempt = 9,
                                    .asked_at = start,
                                    .due = start + hours{25}}));
  EXPECT_EQ(wake({.is_restart = true}, start + hours{24}), Kind::look_up);
}

}  // namespace
}  // namespace oms::payments
