// Refunds that the order's changes ask for: what is granted, what the provider makes of them, and
// what else may happen meanwhile.
#include "services/payments/records.h"
#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Result = StepAnswer::Result;

class ChangeRefunds : public ProviderEvents {
 protected:
  Heard ask(std::int32_t change, MinorUnits amount, std::int32_t attempt = 1) {
    return hear(RefundPayment{.ref = {.step = "refund_payment", .attempt = attempt, .run = change},
                              .amount = amount});
  }
  // The answers to the change's command, and to the life's.
  static std::vector<Result> answers(const Decision& decision, std::int32_t run) {
    std::vector<Result> found;
    for (const auto& answer : sent<StepAnswer>(decision)) {
      if (answer.ref.run == run) found.push_back(answer.result);
    }
    return found;
  }
};

TEST_F(ChangeRefunds, APartIsRefundedUnderAKeyOfItsOwnAndAnsweredByTheProvidersWord) {
  given_paid();
  const auto asked = ask(1, 100);
  EXPECT_EQ(operation(asked).kind, Kind::refund);
  EXPECT_EQ(operation(asked).amount, 100);
  EXPECT_EQ(operation(asked).idempotency_key, order_id.text() + "-refund-1-100");
  EXPECT_THAT(sent<StepAnswer>(asked), IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::refund_pending);
  EXPECT_EQ(payment().under_way, Kind::refund);

  const auto ended = refund_ended(Ended::done, 100, 1);
  EXPECT_THAT(answers(ended, 1), ElementsAre(Result::done));
  EXPECT_EQ(payment().status, PaymentStatus::partially_refunded);
  EXPECT_EQ(payment().refunded, 100);
  EXPECT_FALSE(payment().under_way);
  EXPECT_FALSE(payment().due);

  EXPECT_EQ(operation(ask(2, 350)).idempotency_key, order_id.text() + "-refund-2-350-after-100");
  EXPECT_THAT(answers(refund_ended(Ended::done, 450, 2), 2), ElementsAre(Result::done));
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
}

struct Row {
  const char* what;
  Payment given;
  MinorUnits asked;
  bool is_granted;
};

TEST_F(ChangeRefunds, NeverMoreThanIsLeft) {
  const Payment paid{.status = PaymentStatus::captured, .captured = 450};
  auto refunded = paid;
  refunded.refunded = 200;
  refunded.refunds = {{.number = 1, .amount = 200, .status = RefundStatus::succeeded}};
  auto pending = paid;
  pending.refunds = {{.number = 1, .amount = 200, .initiated_by = Initiator::provider}};
  auto disputed = paid;
  disputed.disputes = {{.provider_id = "dp_1", .amount = 200}};
  auto won = paid;
  won.disputes = {{.provider_id = "dp_1", .amount = 200, .status = DisputeStatus::won}};
  auto failed = paid;
  failed.refunds = {{.number = 1, .amount = 450, .status = RefundStatus::failed, .change = 1}};
  auto unwanted = paid;
  unwanted.undo_requested = true;
  const std::vector<Row> rows{
      {"all", paid, 450, true},
      {"a cent too much", paid, 451, false},
      {"less than nothing", paid, -1, false},
      {"the rest", refunded, 250, true},
      {"more than the rest", refunded, 251, false},
      {"beside a pending one", pending, 250, true},
      {"of what is pending", pending, 251, false},
      {"beside a dispute", disputed, 250, true},
      {"of what is disputed", disputed, 251, false},
      {"of a dispute that was won", won, 450, true},
      {"again, for the first has failed", failed, 450, true},
      {"of what goes back anyway", unwanted, 1, false},
      {"of a link", {.status = PaymentStatus::link_ready, .due = start}, 1, false},
      {"of a link that is dead", {.status = PaymentStatus::expired}, 1, false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    given(row.given);
    const auto decision = ask(2, row.asked);
    EXPECT_THAT(decision.effects, SizeIs(row.is_granted ? 1 : 0));
    if (row.is_granted) continue;
    ASSERT_THAT(answers(decision, 2), ElementsAre(Result::refused));
    EXPECT_EQ(sent<StepAnswer>(decision)[0].reason, Reason::not_refundable);
  }
}

TEST_F(ChangeRefunds, NothingIsDoneAtOnce) {
  const auto answered = [&] { return answers(ask(1, 0), 1); };
  EXPECT_THAT(answered(), ElementsAre(Result::done)) << "of a payment that was forgotten";
  given_paid();
  EXPECT_THAT(answered(), ElementsAre(Result::done));
  EXPECT_THAT(answered(), ElementsAre(Result::done)) << "asked again";
  EXPECT_THAT(payment().refunds, IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::captured);
}

TEST_F(ChangeRefunds, ACommandThatIsRepeatedRefundsOnce) {
  given_paid();
  ask(1, 100);
  const auto again = ask(1, 100, 2);
  EXPECT_THAT(again.effects, IsEmpty());
  EXPECT_THAT(sent<StepAnswer>(again), IsEmpty()) << "it is under way";
  refund_ended(Ended::done, 100, 1);
  const auto late = ask(1, 100, 3);
  EXPECT_THAT(late.effects, IsEmpty());
  EXPECT_THAT(answers(late, 1), ElementsAre(Result::done));
  ask(2, 50);
  EXPECT_THAT(sent<StepAnswer>(ask(1, 100, 4)), IsEmpty()) << "that change is long over";
  EXPECT_THAT(payment().refunds, SizeIs(2));
}

TEST_F(ChangeRefunds, ARefusalStaysOneAlthoughMoreIsLeftByThen) {
  given({.status = PaymentStatus::captured,
         .captured = 450,
         .disputes = {{.provider_id = "dp_1", .amount = 200}}});
  EXPECT_THAT(answers(ask(1, 450), 1), ElementsAre(Result::refused));
  told({.word = Word::dispute,
        .amount = 200,
        .subject_id = "dp_1",
        .dispute_status = DisputeStatus::won});
  const auto again = ask(1, 450, 2);
  EXPECT_THAT(again.effects, IsEmpty());
  EXPECT_THAT(answers(again, 1), ElementsAre(Result::refused));
}

TEST_F(ChangeRefunds, AnswersTheRunThatHasAsked) {
  given_paid();
  hear(CollectPayment{.ref = {.step = "collect_payment", .attempt = 1}, .amount = 450});
  ask(1, 100);
  const auto asked_again =
      hear(CollectPayment{.ref = {.step = "collect_payment", .attempt = 2}, .amount = 450});
  EXPECT_THAT(answers(asked_again, 0), ElementsAre(Result::done)) << "it was paid";
  const auto ended = refund_ended(Ended::done, 100, 1);
  EXPECT_THAT(answers(ended, 1), ElementsAre(Result::done));
  EXPECT_THAT(answers(ended, 0), IsEmpty());
}

TEST_F(ChangeRefunds, WhatTheProviderRefusesForGoodIsFreeAgain) {
  given_paid();
  ask(1, 100);
  const auto refused = refund_ended(Ended::refused, 0, 1);
  ASSERT_THAT(answers(refused, 1), ElementsAre(Result::refused));
  EXPECT_EQ(sent<StepAnswer>(refused)[0].reason, Reason::refund_failed);
  EXPECT_THAT(alarms(refused), ElementsAre("refund_failed 100"));
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_FALSE(payment().due);
  EXPECT_EQ(refundable(payment()), 450);
  // And it does not keep a cancellation from giving all back.
  EXPECT_EQ(operation(hear(UndoPayment{})).amount, 450);
}

TEST_F(ChangeRefunds, OneThatNoLongerFitsHasFailed) {
  given_paid();
  ask(1, 300);
  const auto overtaken = told_total(200);
  ASSERT_THAT(answers(overtaken, 1), ElementsAre(Result::refused));
  EXPECT_EQ(sent<StepAnswer>(overtaken)[0].reason, Reason::not_refundable);
  EXPECT_EQ(payment().refunded, 200);
  EXPECT_EQ(payment().status, PaymentStatus::partially_refunded);
  EXPECT_THAT(overtaken.effects, IsEmpty());
}

TEST_F(ChangeRefunds, AnUndoWaitsForItAndGivesBackTheRest) {
  given_paid();
  ask(1, 100);
  const auto undone = hear(UndoPayment{.ref = {.step = "collect_payment", .attempt = 1}});
  EXPECT_THAT(undone.effects, IsEmpty());
  EXPECT_THAT(sent<StepAnswer>(undone), IsEmpty());
  const auto ended = refund_ended(Ended::done, 100, 1);
  EXPECT_THAT(answers(ended, 1), ElementsAre(Result::done));
  EXPECT_THAT(answers(ended, 0), IsEmpty());
  EXPECT_EQ(operation(ended).amount, 350);
  EXPECT_THAT(answers(refund_ended(Ended::done, 450, 2), 0), ElementsAre(Result::undone));
}

TEST_F(ChangeRefunds, AFullRefundIsTheOperatorsWillAndCancelsNothing) {
  given_paid();
  ask(1, 450);
  EXPECT_THAT(sent<CancelSaga>(told_total(450)), IsEmpty());
  EXPECT_THAT(sent<CancelSaga>(refund_ended(Ended::done, 450, 1)), IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
}

TEST_F(ChangeRefunds, ATotalOfAllMayBeSomebodyElsesUntilItsOwnAnswerComes) {
  given_paid();
  ask(1, 450);
  EXPECT_THAT(answers(told_total(450), 1), IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::refund_pending);

  EXPECT_THAT(answers(refund_ended(Ended::refused, 450, 1), 1), ElementsAre(Result::refused));
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(450, RefundStatus::canceled, Initiator::oms),
                          is_refund(450, RefundStatus::succeeded, Initiator::provider)));
  EXPECT_EQ(payment().refunded, 450);
}

TEST_F(ChangeRefunds, TogetherWithAnothersTheyMayComeToAll) {
  given_paid();
  ask(1, 100);
  refund_ended(Ended::done, 100, 1);
  EXPECT_THAT(sent<CancelSaga>(told_total(450)), SizeIs(1))
      << "the rest went at the provider's desk";
}

TEST_F(ChangeRefunds, OneThatFailsLaterIsToldAndFreeAgain) {
  given_paid();
  ask(1, 100);
  refund_ended(Ended::done, 100, 1);
  const auto failed = told_refund("re_ours", 100, RefundStatus::failed, 1);
  EXPECT_THAT(alarms(failed), ElementsAre("refund_failed 100"));
  EXPECT_THAT(sent<StepAnswer>(failed), IsEmpty()) << "the change is over";
  EXPECT_EQ(refundable(payment()), 450);
}

TEST_F(ChangeRefunds, OfAPaymentThatWasForgottenIsRefused) {
  const auto decision = ask(1, 100);
  EXPECT_THAT(answers(decision, 1), ElementsAre(Result::refused));
  EXPECT_THAT(decision.save, IsEmpty());
}

TEST_F(ChangeRefunds, SaysHowThePaymentStands) {
  const Question question{RefundableOf{.order_id = order_id}};
  EXPECT_FALSE(std::get<Refundable>(service_.answer(question, records_)).is_known);
  given({.status = PaymentStatus::partially_refunded,
         .captured = 450,
         .refunded = 100,
         .refunds = {{.number = 1, .amount = 100, .status = RefundStatus::succeeded},
                     {.number = 2, .amount = 50, .initiated_by = Initiator::provider}},
         .disputes = {{.provider_id = "dp_1", .amount = 20}}});
  const auto stands = std::get<Refundable>(service_.answer(question, records_));
  EXPECT_TRUE(stands.is_known);
  EXPECT_EQ(stands.captured, 450);
  EXPECT_EQ(stands.refunded, 100);
  EXPECT_EQ(stands.pending, 50);
  EXPECT_EQ(stands.disputed, 20);
  EXPECT_FALSE(stands.is_unwanted);
}

// --- records of the versions before --------------------------------------------------------------

struct Older {
  const char* text;
  std::optional<PaymentOperation::Kind> under_way;
};

TEST(PaymentRecord, OfAnOlderSchemaSaysWhatIsUnderWayByItsStatus) {
  using enum PaymentOperation::Kind;
  const std::vector<Older> rows{
      {R"("status":"requested","attempt":1,"due":1700000000000)", create_link},
      {R"("status":"link_ready","attempt":1,"due":1700000000000)", look_up},
      {R"("status":"link_ready","attempt":2,"due":1700000000000,"undoRequested":true)",
       expire_link},
      {R"("status":"link_ready","attempt":1,"due":1700000000000,"failure":"payment_failed")",
       expire_link},
      {R"("status":"refund_pending","captured":450,"attempt":1,"due":1700000000000)", refund},
      {R"("status":"expired","attempt":1,"due":1700000000000)", look_up},
      {R"("status":"link_ready","attempt":0,"due":1700000000000)", std::nullopt},
      {R"("status":"captured","captured":450,"attempt":0)", std::nullopt},
  };
  for (const auto& row : rows) {
    const auto kept =
        type_of<Payment>()
            .decode(R"({"id":"650100000000000000000000","amount":450,"currency":"usd",)" +
                    std::string{row.text} + "}")
            .value();
    EXPECT_EQ(static_cast<const Payment*>(kept.get())->under_way, row.under_way) << row.text;
  }
}

}  // namespace
}  // namespace oms::payments
