// Every life and every change, step by step: what is asked of whom where all goes well, what is
// undone where a step is refused, and what a change that holds the life makes wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sagas/all.h"
#include "services/coordinator/service.h"
#include "tests/support/kept_records.h"

namespace oms::coordinator {
namespace {

using Action = HandleSaga::Action;
using Result = StepAnswer::Result;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Id order_id{Id::Bytes{0x65, 1}};

struct WordOf {
  std::string operator()(const ReserveStock&) const { return "reserve"; }
  std::string operator()(const ReleaseStock&) const { return "release"; }
  std::string operator()(const CommitStock&) const { return "commit"; }
  std::string operator()(const ReturnStock& m) const {
    return m.write_off ? "write off" : "return";
  }
  std::string operator()(const TakeLines& m) const { return m.as_a_whole ? "take" : "take lines"; }
  std::string operator()(const ChangeLines&) const { return "change lines"; }
  std::string operator()(const ChangeReservation& m) const {
    return "reserve " + std::to_string(m.lines.at(0).quantity);
  }
  std::string operator()(const ReturnLines&) const { return "return lines"; }
  std::string operator()(const CollectPayment&) const { return "collect"; }
  std::string operator()(const AuthorizePayment&) const { return "authorize"; }
  std::string operator()(const CapturePayment&) const { return "capture"; }
  std::string operator()(const ChargePayment&) const { return "charge"; }
  std::string operator()(const UndoPayment& m) const {
    return m.unless_captured ? "undo unless captured" : "undo payment";
  }
  std::string operator()(const RefundPayment& m) const {
    return "refund " + std::to_string(m.amount);
  }
  std::string operator()(const CloseLink&) const { return "close link"; }
  std::string operator()(const OpenLink& m) const {
    return "open link of " + std::to_string(m.amount);
  }
  std::string operator()(const PrepareOrder& m) const {
    return "prepare " + std::to_string(m.lines.at(0).quantity);
  }
  std::string operator()(const CancelTicket& m) const {
    return m.also_begun ? "take from the cook" : "cancel ticket";
  }
  std::string operator()(const HoldTicket&) const { return "hold ticket"; }
  std::string operator()(const ReleaseTicket& m) const {
    return "ticket of " + std::to_string(m.lines.at(0).quantity);
  }
  std::string operator()(const ChangeTicketNote& m) const { return "note '" + m.note + "'"; }
  std::string operator()(const DeliverOrder& m) const { return "deliver to " + m.recipient.name; }
  std::string operator()(const HandOver&) const { return "hand over"; }
  std::string operator()(const WithdrawDelivery&) const { return "withdraw"; }
  std::string operator()(const ApplyChange&) const { return "apply"; }
  std::string operator()(const ChangeFailed&) const { return "change failed"; }
  std::string operator()(const CancellationRefused&) const { return "too late"; }
  std::string operator()(const ShowProgress& m) const {
    return std::string{boost::describe::enum_to_string(m.status, "?")};
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return "something else";
  }
};

class Walk : public ::testing::Test {
 protected:
  std::string begin(std::string saga, PaymentMethod method = PaymentMethod::link) {
    return hear(StartSaga{.saga = std::move(saga),
                          .lines = {{.product_id = "a", .quantity = 3, .unit_price = 100}},
                          .total = 300,
                          .currency = "usd",
                          .method = method,
                          .recipient = {.name = "Ann"}});
  }
  std::string change(std::string saga, std::int64_t quantity = 2) {
    return hear(StartChange{.number = known().changes + 1,
                            .saga = std::move(saga),
                            .amount = 100,
                            .taken = {{.product_id = "a", .quantity = quantity}},
                            .lines = {{.product_id = "a", .quantity = quantity}},
                            .total = 100 * quantity});
  }
  // What is said, in words.
  std::string hear(Payload payload) {
    const CoordinatorService service{sagas::Limits{}};
    last = records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
    std::string words;
    for (const auto& sent : last.send) {
      if (!words.empty()) words += ", ";
      words += std::visit(WordOf{}, sent);
    }
    return words;
  }
  std::string life_hears(Result result, Reason reason = Reason::none) {
    return hear(StepAnswer{.ref = {.step = known().main.step}, .result = result, .reason = reason});
  }
  std::string change_hears(Result result, Reason reason = Reason::none) {
    return hear(StepAnswer{.ref = {.step = known().change.value().run.step, .run = known().changes},
                           .result = result,
                           .reason = reason});
  }
  std::string operator_says(Action action) { return hear(HandleSaga{.action = action}); }
  // Every step is done, until the life is over.
  std::vector<std::string> walk(std::string saga) {
    std::vector<std::string> said{begin(std::move(saga))};
    while (known().main.is_live()) said.push_back(life_hears(Result::done));
    return said;
  }
  // Every step before this one is done; it is refused, and all is undone.
  std::vector<std::string> refused_at(std::string saga, std::string_view step) {
    begin(std::move(saga));
    while (known().main.step != step) life_hears(Result::done);
    std::vector<std::string> said{life_hears(Result::refused, Reason::out_of_stock)};
    while (known().main.is_live()) said.push_back(life_hears(Result::undone));
    return said;
  }
  void life_at(std::string saga, std::string_view step) {
    begin(std::move(saga));
    while (known().main.step != step) life_hears(Result::done);
  }
  const Saga& known() { return *records.get<Saga>(order_id); }

  testing::KeptRecords records;
  Decision last;
  Time now{1'700'000'000'000};
};

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
