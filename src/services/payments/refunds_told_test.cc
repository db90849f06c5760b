// Refunds and disputes: what payments believes of the provider's events, and what it makes of money
// that moves unasked.
#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Refunds that are told while ours is under way.

TEST_F(ProviderEvents, APartThatIsRefundedIsNotTheWholeRefund) {
  given_refund_under_way();
  const auto decision = told_total(1);
  EXPECT_EQ(payment().status, PaymentStatus::refund_pending);
  EXPECT_EQ(payment().refunded, 1);
  EXPECT_TRUE(payment().due);
  EXPECT_EQ(operation(decision).amount, 449);
  EXPECT_EQ(operation(decision).idempotency_key, order_id.text() + "-refund-3-449-after-1");
  EXPECT_THAT(alarms(decision), ElementsAre("refunded_by_provider 1"));
  EXPECT_THAT(sent<StepAnswer>(decision), IsEmpty());

  const auto ended = refund_ended(Ended::done, 450, 3);
  EXPECT_EQ(payment().refunded, 450);
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
  EXPECT_FALSE(payment().due);
  ASSERT_THAT(sent<StepAnswer>(ended), SizeIs(1));
  EXPECT_EQ(sent<StepAnswer>(ended).front().result, StepAnswer::Result::undone);
}

TEST_F(ProviderEvents, ARefundThatWasUnderWayBeforeRefundsHadNumbersKeepsItsKey) {
  given_refund_under_way();
  const auto decision = hear(WakeUp{}, start + minutes{1});
  EXPECT_EQ(operation(decision).kind, Kind::refund);
  EXPECT_EQ(operation(decision).amount, 450);
  EXPECT_EQ(operation(decision).idempotency_key, order_id.text() + "-refund");
}

TEST_F(ProviderEvents, OurRefundIsKnownByItsTotal) {
  given_refund_under_way();
  const auto decision = told_total(450);
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(450, RefundStatus::succeeded, Initiator::oms)));
  EXPECT_THAT(alarms(decision), IsEmpty());
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::undone);
}

TEST_F(ProviderEvents, OurRefundThatWasDoneAfterAllIsNotCountedTwice) {
  given_refund_under_way();
  told_total(1);
  refund_ended(Ended::done, 450, 1);  // the one that seemed not to fit any more
  EXPECT_EQ(payment().refunded, 450);
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
  refund_ended(Ended::refused, 450, 3);  // and its successor
  EXPECT_EQ(payment().refunded, 450);
}

TEST_F(ProviderEvents, ARefundThatTheProviderRefusesForSomebodyHasRefundedMeanwhile) {
  given_refund_under_way();
  const auto decision = refund_ended(Ended::refused, 50, 1);
  EXPECT_EQ(operation(decision).amount, 400);
  EXPECT_EQ(payment().refunded, 50);
}

TEST_F(ProviderEvents, ARefundThatIsRefusedForADisputeIsNotAskedForAgain) {
  given_refund_under_way();
  told({.word = Word::dispute, .amount = 450, .subject_id = "dp_1"});
  const auto decision = refund_ended(Ended::refused, 0, 1);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::undone);
  EXPECT_FALSE(payment().due);
}

TEST_F(ProviderEvents, ARefundThatIsRefusedWithoutCauseIsTheOperatorsToSettle) {
  given_refund_under_way();
  EXPECT_THROW(refund_ended(Ended::refused, 0, 1), std::runtime_error);
}

TEST_F(ProviderEvents, ARefusalThatIsHeardAfterTheRefundWasAskedForAgainIsOutdated) {
  given_refund_under_way();
  const auto first = operation(hear(WakeUp{}, start + minutes{1}));
  const auto second = operation(hear(WakeUp{}, start + minutes{2}));
  EXPECT_EQ(first.idempotency_key, second.idempotency_key);
  EXPECT_NE(first.request, second.request);
  EXPECT_NO_THROW(refund_refused(first.request)) << "the second may have been done";
  EXPECT_EQ(payment().status, PaymentStatus::refund_pending);
  EXPECT_TRUE(payment().due);
  told_total(450);
  EXPECT_THAT(alarms(refund_refused(first.request)), IsEmpty());
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(450, RefundStatus::succeeded, Initiator::oms)));
}

TEST_F(ProviderEvents, ARefusalOfTheLastRequestSaysThatTheTotalToldOfSomebodyElses) {
  given_refund_under_way();
  const auto last = operation(hear(WakeUp{}, start + minutes{1}));
  told_total(450);
  EXPECT_THAT(alarms(refund_refused(last.request)), ElementsAre("refunded_by_provider 450"));
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(450, RefundStatus::succeeded, Initiator::provider)));
}

// Refunds that nobody here has asked for.

TEST_F(ProviderEvents, AFullRefundCancelsTheOrder) {
  given_paid();
  const auto decision = told_total(450);
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
  ASSERT_THAT(sent<CancelSaga>(decision), SizeIs(1));
  EXPECT_EQ(sent<CancelSaga>(decision).front().reason, Reason::refunded_by_provider);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_THAT(alarms(decision), ElementsAre("refunded_by_provider 450"));

  const auto undone = hear(UndoPayment{});
  EXPECT_THAT(undone.effects, IsEmpty()) << "nothing is refunded twice";
  EXPECT_EQ(sent<StepAnswer>(undone).at(0).result, StepAnswer::Result::undone);
}

TEST_F(ProviderEvents, APartialRefundIsRecordedAndNoMore) {
  given_paid();
  const auto decision = told_total(100);
  EXPECT_EQ(payment().status, PaymentStatus::partially_refunded);
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(100, RefundStatus::succeeded, Initiator::provider)));
  EXPECT_THAT(sent<CancelSaga>(decision), IsEmpty());
  ASSERT_THAT(sent<PaymentChanged>(decision), SizeIs(1));
  EXPECT_THAT(sent<PaymentChanged>(decision).front().refunds, SizeIs(1));
}

TEST_F(ProviderEvents, TotalsGrowAndAnOlderOneIsNoNews) {
  given_paid();
  told_total(300);
  told_total(100);
  EXPECT_EQ(payment().refunded, 300);
  told_total(450);
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(300, RefundStatus::succeeded, Initiator::provider),
                          is_refund(150, RefundStatus::succeeded, Initiator::provider)));
}

TEST_F(ProviderEvents, MoreThanWasCapturedIsNotBelieved) {
  given_paid();
  EXPECT_THROW(told_total(451), std::runtime_error);
  EXPECT_THROW(told_refund("re_1", 451, RefundStatus::succeeded), std::runtime_error);
  EXPECT_THROW(told({.word = Word::dispute, .amount = 451, .subject_id = "dp"}),
               std::runtime_error);
}

TEST_F(ProviderEvents, ARefundAndTheTotalThatHasItAreOne) {
  given_paid();
  told_refund("re_1", 100, RefundStatus::pending);
  EXPECT_EQ(payment().status, PaymentStatus::captured) << "nothing that we wait for";
  told_total(100);
  EXPECT_EQ(payment().refunded, 0);
  told_refund("re_1", 100, RefundStatus::succeeded);
  EXPECT_EQ(payment().refunded, 100);
  EXPECT_THAT(payment().refunds, SizeIs(1));
}

TEST_F(ProviderEvents, ATotalThatComesFirstIsNamedLater) {
  given_paid();
  told_total(100);
  const auto decision = told_refund("re_1", 60, RefundStatus::succeeded);
  told_refund("re_2", 40, RefundStatus::succeeded);
  EXPECT_EQ(payment().refunded, 100);
  EXPECT_THAT(payment().refunds, ElementsAre(Field(&Refund::provider_id, "re_1"),
                                             Field(&Refund::provider_id, "re_2")));
  EXPECT_THAT(alarms(decision), IsEmpty()) << "it was told before";
}

TEST_F(ProviderEvents, TheNameOfARefundThatATotalHasToldOfIsShown) {
  given_paid();
  told_total(100);
  const auto decision = told_refund("re_1", 100, RefundStatus::succeeded);
  ASSERT_THAT(sent<PaymentChanged>(decision), SizeIs(1));
  EXPECT_THAT(sent<PaymentChanged>(decision).front().refunds,
              ElementsAre(Field(&Refund::provider_id, "re_1")));
  EXPECT_THAT(sent<PaymentChanged>(told_refund("re_1", 100, RefundStatus::succeeded)), IsEmpty());
}

TEST_F(ProviderEvents, ANameThatComesBeforeItsTotalTakesNothingFromAnother) {
  given_paid();
  told_total(200);  // re_1, whose name comes last
  told_refund("re_2", 150, RefundStatus::pending);
  told_total(350);
  told_refund("re_2", 150, RefundStatus::succeeded);
  told_refund("re_1", 200, RefundStatus::succeeded);
  EXPECT_EQ(payment().refunded, 350);
  EXPECT_THAT(payment().refunds, SizeIs(2));
  told_refund("re_1", 200, RefundStatus::failed);
  EXPECT_EQ(payment().refunded, 150);
}

TEST_F(ProviderEvents, AnOlderTotalIsNotAddedToANewerName) {
  given_paid();
  told_refund("re_2", 50, RefundStatus::pending);
  told_total(150);  // of re_1 alone
  told_refund("re_1", 150, RefundStatus::succeeded);
  told_refund("re_2", 50, RefundStatus::succeeded);
  EXPECT_EQ(payment().refunded, 200);
}

TEST_F(ProviderEvents, WhatATotalSeemedToSayOfOurRefundTheNameCorrects) {
  given_refund_under_way();
  told_total(450);  // somebody was faster
  const auto decision = told_refund("re_1", 450, RefundStatus::succeeded);
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(450, RefundStatus::succeeded, Initiator::provider)));
  EXPECT_THAT(alarms(decision), ElementsAre("refunded_by_provider 450"));
}

TEST_F(ProviderEvents, WhatATotalSeemedToSayOfOurRefundItsRefusalCorrects) {
  given_refund_under_way();
  told_total(450);
  refund_ended(Ended::refused, 450, 1);
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(450, RefundStatus::succeeded, Initiator::provider)));
}

// The key of the first try is forgotten, and a part of the money is disputed.
TEST_F(ProviderEvents, ARefundThatWasDoneADayAgoIsKnownByItsTotal) {
  given_refund_beside_dispute(300, {.amount = 150, .status = DisputeStatus::lost});
  const auto decision = hear(PaymentOutcome{.kind = Kind::look_up,
                                            .result = Ended::done,
                                            .word = Word::paid,
                                            .session_id = "cs_1",
                                            .amount = 450,
                                            .currency = "usd",
                                            .refunded = 300},
                             start + std::chrono::hours{24});
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(300, RefundStatus::succeeded, Initiator::oms)));
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::undone);
}

TEST_F(ProviderEvents, ARefundThatIsRefusedAfterAnothersIsCanceled) {
  given_refund_beside_dispute(200, {.amount = 250, .status = DisputeStatus::open});
  const auto decision = refund_ended(Ended::refused, 200, 1);
  EXPECT_THAT(payment().refunds,
              ElementsAre(is_refund(200, RefundStatus::canceled, Initiator::oms),
                          is_refund(200, RefundStatus::succeeded, Initiator::provider)));
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::undone);
}

TEST_F(ProviderEvents, ARefundThatFailsIsNotRefundedAnyMore) {
  given_paid();
  told_refund("re_1", 100, RefundStatus::succeeded);
  const auto decision = told_refund("re_1", 100, RefundStatus::failed);
  EXPECT_EQ(payment().refunded, 0);
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_THAT(alarms(decision), ElementsAre("refund_failed 100"));
  EXPECT_THAT(alarms(told_refund("re_1", 100, RefundStatus::succeeded)), IsEmpty())
      << "an older event";
}

TEST_F(ProviderEvents, OurRefundThatFailsIsTheOperatorsToSettleAndEndsTheUndoing) {
  given_refund_under_way();
  const auto decision = told_refund("re_1", 450, RefundStatus::failed, 1);
  EXPECT_THAT(alarms(decision), ElementsAre("refund_failed 450"));
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::undone);
  // By hand, then.
  told_total(450);
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
}

TEST_F(ProviderEvents, NoMoreRefundsAreKeptThanThereIsRoomFor) {
  given_paid();
  for (MinorUnits total = 1; total <= 33; ++total) told_total(total);
  EXPECT_THAT(payment().refunds, SizeIs(refunds_max));
  EXPECT_EQ(payment().refunds.back().amount, 2) << "what finds no room is added to the last";
  EXPECT_EQ(payment().refunded, 33);
}

TEST_F(ProviderEvents, HoweverManyRefundsThereHaveBeenTheRestIsRefundedWhenTheOrderIsUndone) {
  given_paid();
  for (int n = 1; n <= 32; ++n) {
    told_refund(("re_" + std::to_string(n)).c_str(), 1, RefundStatus::succeeded);
  }
  const auto undone = hear(UndoPayment{});
  EXPECT_EQ(operation(undone).amount, 450 - 32);
}

TEST_F(ProviderEvents, ATotalOfWhatTheProviderSaysWasNeverPaidIsForgotten) {
  given_link();
  told_total(450);
  hear(PaymentOutcome{
      .kind = Kind::look_up, .result = Ended::done, .word = Word::open, .session_id = "cs_1"});
  EXPECT_EQ(payment().refunded_in_all, 0);
  told({.session_id = "cs_1", .word = Word::paid, .amount = 450});
  EXPECT_EQ(payment().status, PaymentStatus::captured);
}

TEST_F(ProviderEvents, ARefundOfWhatWasNeverHeardToBePaidIsLookedUp) {
  given_link();
  EXPECT_EQ(operation(told_total(450)).kind, Kind::look_up);
  const auto decision = hear(PaymentOutcome{.kind = Kind::look_up,
                                            .result = Ended::done,
                                            .word = Word::refunded,
                                            .session_id = "cs_1",
                                            .amount = 450,
                                            .currency = "usd",
                                            .refunded = 450});
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::refused);
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).reason, Reason::refunded_by_provider);
}

TEST_F(ProviderEvents, ADisputeOfWhatWasNeverHeardToBePaidIsKeptAndLookedUp) {
  given_link();
  const auto decision = told({.word = Word::dispute, .amount = 450, .subject_id = "dp_1"});
  EXPECT_EQ(operation(decision).kind, Kind::look_up);
  EXPECT_EQ(payment().status, PaymentStatus::link_ready);
  EXPECT_THAT(alarms(decision), ElementsAre("disputed 450"));
  hear(UndoPayment{});
  const auto paid = told({.session_id = "cs_1", .word = Word::paid, .amount = 450});
  EXPECT_THAT(paid.effects, IsEmpty()) << "what is disputed is not refunded";
  EXPECT_EQ(sent<StepAnswer>(paid).at(0).result, StepAnswer::Result::undone);
}

TEST_F(ProviderEvents, ATotalBeforeThePaymentThatIsMoreThanWasAskedForIsNotBelieved) {
  given_link();
  EXPECT_THROW(told_total(451), std::runtime_error);
  EXPECT_THROW(told_total(0), std::runtime_error);
  told({.session_id = "cs_1", .word = Word::paid, .amount = 450});
  EXPECT_EQ(payment().status, PaymentStatus::captured);
}

TEST_F(ProviderEvents, ARefundThatFailsBeforeThePaymentIsKnownLeavesTheTotalOnce) {
  given_link();
  told_total(70);
  for (int i = 0; i < 2; ++i) {
    const auto told_failed = told_refund("re_1", 30, RefundStatus::failed);
    EXPECT_THAT(alarms(told_failed), ElementsAre("refund_failed 30"));
  }
  EXPECT_EQ(payment().refunded_in_all, 40);
}

TEST_F(ProviderEvents, WhenANameMakesTheRefundsComeToAllTheOrderIsCancelled) {
  given_paid();
  told_refund("re_y", 300, RefundStatus::succeeded);
  told_total(340);
  const auto named = told_refund("re_z", 150, RefundStatus::succeeded);
  EXPECT_EQ(payment().refunded, 450);
  EXPECT_THAT(sent<CancelSaga>(named), SizeIs(1));
}

TEST_F(ProviderEvents, OurRefundThatATotalToldOfFirstGetsItsNameFromItsAnswer) {
  given_refund_under_way();
  told_total(450);
  refund_ended(Ended::done, 450, 1);
  ASSERT_THAT(payment().refunds, SizeIs(1));
  EXPECT_EQ(payment().refunds[0].provider_id, "re_ours");
}

TEST_F(ProviderEvents, ATotalThatComesBeforeThePaymentIsNotForgotten) {
  given_link();
  told_total(100);
  told({.session_id = "cs_1", .word = Word::paid, .amount = 450});
  EXPECT_EQ(payment().refunded, 100);
  EXPECT_EQ(payment().status, PaymentStatus::partially_refunded);
}

}  // namespace
}  // namespace oms::payments
