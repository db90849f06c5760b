// Every life and every change, step by step: what is asked of whom where all goes well, what is
// undone where a step is refused, and what a change that holds the life makes wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/saga_walk.h"

namespace oms::coordinator {
namespace {

using Result = StepAnswer::Result;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(Walk, AMealIsDelivered) {
  EXPECT_THAT(walk("food"), ElementsAre("reserve", "collect", "paid, commit", "prepare 3",
                                        "ready, deliver to Ann", "completed"));
}

TEST_F(Walk, AMealIsHandedOver) {
  EXPECT_THAT(walk("pickup"), ElementsAre("reserve", "collect", "paid, commit", "prepare 3",
                                          "ready, hand over", "completed"));
}

TEST_F(Walk, ACheckoutHoldsTheMoneyBeforeItTakesTheGoods) {
  EXPECT_THAT(walk("checkout"),
              ElementsAre("reserve", "authorize", "commit", "capture", "paid, completed"));
}

TEST_F(Walk, APrepaidOrderPaysBeforeTheShelfIsLookedAt) {
  EXPECT_THAT(walk("prepaid"), ElementsAre("charge", "paid, take", "completed"));
}

TEST_F(Walk, ASupplyTakesWhatIsThere) {
  EXPECT_THAT(walk("supply"), ElementsAre("take lines", "completed"));
}

TEST_F(Walk, ARefusalUndoesWhatWasDoneBackwards) {
  EXPECT_THAT(refused_at("checkout", "reserve_stock"), ElementsAre("cancelled"));
}

TEST_F(Walk, AnAuthorizationThatIsRefusedReleasesTheStock) {
  EXPECT_THAT(refused_at("checkout", "authorize"), ElementsAre("release", "cancelled"));
}

TEST_F(Walk, ACaptureThatIsRefusedReturnsTheGoodsAndVoidsTheMoney) {
  EXPECT_THAT(refused_at("checkout", "capture"),
              ElementsAre("return", "undo payment", "release", "cancelled"));
}

TEST_F(Walk, GoodsThatAreNotThereAreRefunded) {
  EXPECT_THAT(refused_at("prepaid", "take_stock"), ElementsAre("undo payment", "cancelled"));
}

TEST_F(Walk, ACancellationDuringTheCaptureLosesToIt) {
  life_at("checkout", "capture");
  EXPECT_EQ(hear(CancelSaga{}), "undo unless captured");
  EXPECT_EQ(life_hears(Result::too_late), "too late");
  EXPECT_EQ(life_hears(Result::done), "paid, completed");
}

TEST_F(Walk, GoodsThatNobodyCookedAreNeverWrittenOff) {
  life_at("checkout", "capture");
  life_hears(Result::too_late);
  EXPECT_TRUE(known().main.pivoted);
  EXPECT_EQ(life_hears(Result::refused, Reason::refunded_by_provider), "return")
      << "somebody has refunded all of it at the provider";
}

TEST_F(Walk, ACancellationDuringTheCaptureThatComesFirstUndoesAll) {
  life_at("checkout", "capture");
  hear(CancelSaga{});
  EXPECT_EQ(life_hears(Result::undone), "return");
  EXPECT_EQ(life_hears(Result::undone), "undo payment");
}

TEST_F(Walk, GoodsThatWereTakenWhenTheyWereToBeReturnedAreReturnedAllTheSame) {
  life_at("prepaid", "take_stock");
  EXPECT_EQ(hear(CancelSaga{}), "return");
  EXPECT_EQ(life_hears(Result::done), "") << "it was on its way when the undo was sent";
  EXPECT_EQ(life_hears(Result::undone), "undo payment");
}

TEST_F(Walk, AnUnpaidOrderIsRevised) {
  life_at("food", "collect_payment");
  EXPECT_EQ(change("revise_unpaid"), "close link");
  EXPECT_EQ(change_hears(Result::done), "reserve 2");
  EXPECT_EQ(change_hears(Result::done), "open link of 200");
  EXPECT_EQ(change_hears(Result::done), "apply");
  EXPECT_EQ(change_hears(Result::done), "");
  life_hears(Result::done);
  EXPECT_EQ(life_hears(Result::done), "prepare 2");
}

TEST_F(Walk, ALinkThatWasPaidMakesTheChangeFail) {
  life_at("food", "collect_payment");
  change("revise_unpaid");
  EXPECT_EQ(change_hears(Result::refused, Reason::already_paid), "change failed");
  life_hears(Result::done);
  EXPECT_EQ(life_hears(Result::done), "prepare 3");
}

TEST_F(Walk, AChangeThatIsMoreThanThereIsOpensTheOldLinkAgain) {
  life_at("food", "collect_payment");
  change("revise_unpaid", 5);
  change_hears(Result::done);
  EXPECT_EQ(change_hears(Result::refused, Reason::out_of_stock), "open link of 300");
  EXPECT_EQ(change_hears(Result::undone), "change failed");
}

TEST_F(Walk, APaidOrderIsMadeSmaller) {
  life_at("food", "prepare");
  EXPECT_EQ(change("revise_paid"), "hold ticket");
  EXPECT_EQ(change_hears(Result::done), "refund 100");
  EXPECT_EQ(change_hears(Result::done), "return lines");
  EXPECT_EQ(change_hears(Result::done), "ticket of 2");
  EXPECT_EQ(change_hears(Result::done), "apply");
  EXPECT_EQ(change_hears(Result::done), "");
}

TEST_F(Walk, ARefundThatIsRefusedReleasesTheTicketAsItWas) {
  life_at("food", "prepare");
  change("revise_paid");
  change_hears(Result::done);
  EXPECT_EQ(change_hears(Result::refused), "ticket of 3");
  EXPECT_EQ(change_hears(Result::undone), "change failed");
}

TEST_F(Walk, NothingIsPreparedWhileTheOrderIsChanged) {
  life_at("food", "commit_stock");
  change("revise_paid");
  EXPECT_EQ(life_hears(Result::done), "");
  for (int step = 0; step < 4; ++step) change_hears(Result::done);
  EXPECT_EQ(change_hears(Result::done), "prepare 2");
}

TEST_F(Walk, ACancellationWaitsForTheChange) {
  life_at("food", "prepare");
  change("revise_paid");
  EXPECT_EQ(hear(CancelSaga{}), "");
  for (int step = 0; step < 2; ++step) change_hears(Result::done);
  EXPECT_EQ(change_hears(Result::done), "apply") << "no cook may begin it now";
  EXPECT_EQ(change_hears(Result::done), "cancel ticket");
}

TEST_F(Walk, ACancellationLeavesTheTicketHeldAlsoWhereTheChangeIsUndone) {
  life_at("food", "prepare");
  change("revise_paid");
  change_hears(Result::done);
  EXPECT_EQ(hear(CancelSaga{}), "");
  EXPECT_EQ(change_hears(Result::refused), "change failed, cancel ticket");
}

TEST_F(Walk, ACancellationWaitsForTheChangeAlsoWhereNothingWasAskedOfTheKitchen) {
  life_at("food", "commit_stock");
  change("revise_paid");
  life_hears(Result::done);
  hear(CancelSaga{});
  for (int step = 0; step < 3; ++step) change_hears(Result::done);
  EXPECT_EQ(change_hears(Result::done), "cancel ticket");
}

TEST_F(Walk, TheCustomerHasAllTheTimeAgainAfterAChange) {
  life_at("food", "collect_payment");
  const auto due = *known().main.due;
  change("revise_unpaid");
  now = due;
  EXPECT_EQ(hear(WakeUp{}), "close link");  // asked again; the life gives nothing up
  for (int step = 0; step < 4; ++step) change_hears(Result::done);
  EXPECT_EQ(*known().main.due, now + sagas::Limits{}.payment_window);
}

TEST_F(Walk, ARefundHoldsNothing) {
  life_at("food", "commit_stock");
  change("refund");
  EXPECT_EQ(life_hears(Result::done), "prepare 3");
}

TEST_F(Walk, TheKitchenAndTheRiderHearOfANewNote) {
  life_at("food", "commit_stock");
  EXPECT_EQ(hear(ChangeRecipient{.recipient = {.name = "Bob", .note = "no salt"}}), "");
  life_hears(Result::done);
  EXPECT_EQ(hear(ChangeRecipient{.recipient = {.name = "Bob", .note = "salt"}}), "note 'salt'");
  EXPECT_EQ(life_hears(Result::done), "ready, deliver to Bob");
}

TEST_F(Walk, AtItsEndNothingOfTheCustomerIsKept) {
  walk("checkout");
  EXPECT_THAT(known().lines, IsEmpty());
  EXPECT_EQ(known().payment_token, "");
  EXPECT_EQ(known().recipient.name, "");
}

TEST_F(Walk, TheTimelineTellsEachStepItsAttemptsAndItsAnswer) {
  begin("checkout");
  life_hears(Result::done);
  now = now + std::chrono::minutes{1};
  hear(WakeUp{});
  life_hears(Result::refused, Reason::payment_failed);
  life_hears(Result::undone);
  const auto& timeline = known().timeline;
  ASSERT_EQ(timeline.size(), 3);
  EXPECT_EQ(timeline[1].step, "authorize");
  EXPECT_EQ(timeline[1].attempts, 2);
  EXPECT_EQ(timeline[1].result, Result::refused);
  EXPECT_EQ(timeline[1].reason, Reason::payment_failed);
  EXPECT_EQ(timeline[1].answered_at, now);
  EXPECT_TRUE(timeline[2].is_undo);
}

}  // namespace
}  // namespace oms::coordinator
