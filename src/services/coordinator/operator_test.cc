// What the operator does to an order that does not go on by itself: retry, skip and abort, at each
// step and beside a change.
#include <gtest/gtest.h>

#include "tests/support/saga_walk.h"

namespace oms::coordinator {
namespace {

using Action = HandleSaga::Action;
using Result = StepAnswer::Result;

TEST_F(Walk, TheOperatorRetriesAStep) {
  life_at("checkout", "authorize");
  EXPECT_EQ(operator_says(Action::retry), "authorize");
  EXPECT_EQ(known().main.attempt, 2);
}

TEST_F(Walk, TheOperatorSkipsAStepThatIsKnownToHaveHappened) {
  life_at("food", "prepare");
  EXPECT_EQ(operator_says(Action::skip), "preparing, ready, deliver to Ann");
  EXPECT_TRUE(known().timeline.at(3).by_operator);
}

TEST_F(Walk, AStepThatOnlyItsParticipantCanTellOfIsNotSkipped) {
  for (const auto& [saga, step] :
       {std::pair{"food", "collect_payment"}, std::pair{"supply", "take_lines"}}) {
    records = {};
    life_at(saga, step);
    operator_says(Action::skip);
    EXPECT_EQ(last.reply.value().refusal.value().kind, ErrorKind::conflict) << step;
  }
}

TEST_F(Walk, AStepThatWasLeftMeanwhileIsNotSkipped) {
  life_at("food", "prepare");
  const HandleSaga skip{.action = Action::skip, .run = 0, .step = "prepare"};
  EXPECT_EQ(hear(skip), "preparing, ready, deliver to Ann");
  EXPECT_EQ(hear(skip), "") << "the answer was lost, and the click repeated";
  EXPECT_EQ(last.reply.value().refusal.value().pointer, "/step");
}

TEST_F(Walk, TheLifeIsAbortedAlsoBesideARefund) {
  life_at("food", "deliver");
  change("refund");
  EXPECT_EQ(operator_says(Action::abort), "withdraw");
  EXPECT_EQ(known().main.phase, Phase::undoing);
  hear(HandleSaga{.action = Action::retry, .run = 7});
  EXPECT_EQ(last.reply.value().refusal.value().pointer, "/run");
}

TEST_F(Walk, AChangeThatComesBesideAnotherFails) {
  life_at("food", "deliver");
  change("refund");
  EXPECT_EQ(hear(StartChange{.number = 2, .saga = "refund"}), "change failed");
}

TEST_F(Walk, TheOperatorAbortsAlsoBehindThePivot) {
  for (const auto& [saga, step] :
       {std::pair{"food", "deliver"}, std::pair{"pickup", "hand_over"}}) {
    records = {};
    life_at(saga, step);
    EXPECT_EQ(operator_says(Action::abort), "withdraw");
    EXPECT_EQ(life_hears(Result::undone), "write off");
    EXPECT_EQ(life_hears(Result::undone), "undo payment");
    EXPECT_EQ(life_hears(Result::undone), "release");
    EXPECT_EQ(life_hears(Result::undone), "cancelled");
  }
}

TEST_F(Walk, AnAbortThatComesWhenTheCustomerHasItComesTooLate) {
  for (const auto told : {Result::too_late, Result::done}) {
    records = {};
    life_at("food", "deliver");
    operator_says(Action::abort);
    EXPECT_EQ(life_hears(Result::started), "") << "the rider has left: it may yet be withdrawn";
    EXPECT_EQ(life_hears(told), "too late, completed");
    EXPECT_EQ(known().main.phase, Phase::completed);
    EXPECT_EQ(known().main.reason, Reason::none);
  }
}

TEST_F(Walk, ADeliveryThatFailsWhileItIsWithdrawnIsWithdrawn) {
  life_at("food", "deliver");
  operator_says(Action::abort);
  EXPECT_EQ(life_hears(Result::refused, Reason::delivery_failed), "");
  EXPECT_EQ(life_hears(Result::undone), "write off");
  EXPECT_EQ(known().main.reason, Reason::operator_request);
}

TEST_F(Walk, AMealThatIsBeingCookedIsTakenFromItsCook) {
  life_at("food", "prepare");
  life_hears(Result::started);
  EXPECT_EQ(operator_says(Action::abort), "take from the cook");
  EXPECT_EQ(life_hears(Result::done), "") << "it was ready already";
  EXPECT_EQ(life_hears(Result::undone), "write off");
}

TEST_F(Walk, AnAbortThatCrossesThePivotIsNotDropped) {
  for (const auto told : {Result::started, Result::too_late, Result::done}) {
    records = {};
    life_at("food", "prepare");
    EXPECT_EQ(operator_says(Action::abort), "cancel ticket");
    EXPECT_EQ(life_hears(told), "preparing, take from the cook");
    EXPECT_EQ(life_hears(Result::too_late), "") << "the answer to the first";
    EXPECT_EQ(life_hears(Result::undone), "write off");
  }
  records = {};
  life_at("checkout", "capture");
  EXPECT_EQ(operator_says(Action::abort), "undo unless captured");
  EXPECT_EQ(life_hears(Result::too_late), "return");
  EXPECT_EQ(life_hears(Result::undone), "undo payment");
}

// It was begun by the version before, whose deliveries cannot be withdrawn.
TEST_F(Walk, AnOlderLifeIsAbortedAsItsTableSays) {
  life_at("food", "deliver");
  auto older = known();
  older.main.version = 1;
  records.keep(make_record(older));
  EXPECT_EQ(operator_says(Action::abort), "write off");
}

TEST_F(Walk, WhatIsOverIsNotHandled) {
  walk("food");
  for (const auto action : {Action::retry, Action::skip, Action::abort}) {
    operator_says(action);
    EXPECT_EQ(last.reply.value().refusal.value().kind, ErrorKind::conflict);
  }
}

TEST_F(Walk, AChangeBehindItsPivotIsNotAborted) {
  life_at("food", "prepare");
  change("revise_paid");
  change_hears(Result::done);
  hear(HandleSaga{.action = Action::abort, .run = 1});
  EXPECT_EQ(last.reply.value().refusal.value().kind, ErrorKind::conflict);
  operator_says(Action::abort);
  EXPECT_EQ(last.reply.value().refusal.value().kind, ErrorKind::conflict) << "it holds the life";
}

}  // namespace
}  // namespace oms::coordinator
