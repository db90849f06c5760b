#include "codec/json_names.h"
#include "tests/support/order_books.h"

namespace oms::reconciliation {
namespace {

using ::testing::IsEmpty;
using enum Difference;

// --- where all agree ----------------------------------------------------------------------------

TEST_F(ReconciliationRules, FindNothingWhereAllAgree) {
  EXPECT_THAT(found(), IsEmpty());
  given_paid();
  EXPECT_THAT(found(), IsEmpty());
  given_cancelled();
  EXPECT_THAT(found(), IsEmpty());
  given_authorized();
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(ReconciliationRules, FindNothingInASupplyThatIsNotPaid) {
  given_paid();
  order.payment = PaymentStatus::none;
  payment.reset();
  charges.clear();
  reservation->by_line = true;
  EXPECT_THAT(found(), IsEmpty());
  order.status = OrderStatus::cancelled;
  EXPECT_THAT(found(), IsEmpty()) << "not one line was there";
}

TEST_F(ReconciliationRules, AskNoProviderAboutAnAccount) {
  given_paid();
  payment->method = PaymentMethod::account;
  payment->session_id.clear();
  charges.clear();
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(ReconciliationRules, FindNothingInAnUndoThatCameBeforeItsDo) {
  given_cancelled();
  order.payment = PaymentStatus::none;
  payment = PaymentFacts{.order_id = order_id, .status = PaymentStatus::failed};
  charges.clear();
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(ReconciliationRules, TakeACardThatWasDeclinedForNoOpenLink) {
  given_cancelled();
  pay(PaymentStatus::failed, 0);
  payment->method = PaymentMethod::card;
  charges = {charge("cs_1", State::open)};
  charges.front().is_card = true;
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(ReconciliationRules, LeaveOutARefundThatHasNotEnded) {
  given_paid();
  pay(PaymentStatus::refund_pending, 450);
  payment->pending = 200;
  EXPECT_THAT(found(), IsEmpty());
  charges = {charge("cs_1", State::captured, 450, 200)};
  EXPECT_THAT(found(), IsEmpty()) << "it counts at the provider already";
}

// --- what is in motion
// ----------------------------------------------------------------------------

TEST_F(ReconciliationRules, WaitUntilWhatWasToldHasArrived) {
  charges = {charge("cs_1", State::captured, 450)};
  EXPECT_EQ(compared(placed + grace - Duration{1}), std::nullopt);
  EXPECT_NE(compared(placed + grace), std::nullopt);
}

TEST_F(ReconciliationRules, WaitForTheProvidersAnswerButNotForEver) {
  charges = {charge("cs_1", State::captured, 450)};
  payment->asked_at = later - minutes{59};
  EXPECT_EQ(compared(), std::nullopt);
  payment->asked_at = later - hours{1};
  EXPECT_NE(compared(), std::nullopt);
}

TEST_F(ReconciliationRules, WaitForAChangeThatIsUnderWay) {
  order.total = 500;
  order.revision = RevisionState{.change = 1, .status = ChangeStatus::under_way};
  EXPECT_EQ(compared(), std::nullopt);
  order.revision->status = ChangeStatus::done;
  EXPECT_THAT(found(), only(total_mismatch));
}

TEST_F(ReconciliationRules, WaitForARefundThatIsUnderWay) {
  given_paid();
  order.requested_refunds = {{.change = 1, .amount = 100}};
  EXPECT_EQ(compared(), std::nullopt);
}

// --- our own records differ
// -----------------------------------------------------------------------

TEST_F(ReconciliationRules, FindAnOrderWhosePaymentIsGone) {
  given_paid();
  payment.reset();
  EXPECT_THAT(found(), only(missing_payment));
}

TEST_F(ReconciliationRules, FindAnOrderThatShowsAnotherPayment) {
  given_paid();
  order.payment = PaymentStatus::link_ready;
  EXPECT_THAT(found(), only(status_mismatch));
}

TEST_F(ReconciliationRules, FindAnOrderOfAnotherTotal) {
  given_paid();
  order.total = 500;
  EXPECT_THAT(found(), only(total_mismatch));
  order.total = 450;
  order.currency = "eur";
  EXPECT_THAT(found(), only(total_mismatch));
}

TEST_F(ReconciliationRules, FindMoneyThatIsKeptForACancelledOrder) {
  given_paid(OrderStatus::cancelled);
  reservation->is_returned = true;
  EXPECT_THAT(found(), only(cancelled_unrefunded));
  payment->refundable = 0;
  EXPECT_THAT(found(), IsEmpty()) << "all of it is disputed";
}

TEST_F(ReconciliationRules, FindGoodsThatNobodyHasPaidFor) {
  given_authorized();
  order.status = OrderStatus::completed;
  reservation->state = ReservationState::committed;
  EXPECT_THAT(found(), only(completed_unpaid));
}

TEST_F(ReconciliationRules, FindStockThatIsHeldForACancelledOrder) {
  given_cancelled();
  reservation->state = ReservationState::held;
  EXPECT_THAT(found(), only(held_stock, Repair::release_stock));
}

TEST_F(ReconciliationRules, FindStockThatWasNotTakenForACompletedOrder) {
  given_paid();
  for (const auto state :
       {ReservationState::held, ReservationState::released, ReservationState::refused}) {
    reservation->state = state;
    EXPECT_THAT(found(), only(uncommitted_stock)) << json::name_of(state);
  }
  reservation.reset();
  EXPECT_THAT(found(), only(uncommitted_stock));
}

TEST_F(ReconciliationRules, FindStockThatDidNotComeBack) {
  given_cancelled();
  reservation->state = ReservationState::committed;
  EXPECT_THAT(found(), only(unreturned_stock));
  reservation->is_returned = true;
  EXPECT_THAT(found(), IsEmpty());
  reservation->is_returned = false;
  reservation->is_written_off = true;
  EXPECT_THAT(found(), IsEmpty());
}

// --- what is told and done
// ------------------------------------------------------------------------

TEST_F(ReconciliationRules, ExplainADifferenceInOneSentence) {
  charges = {charge("cs_1", State::captured, 450)};
  charges.front().created_at = placed + minutes{1};
  EXPECT_EQ(
      found().front().explanation,
      "order 65a000000000000000000001: since 2023-11-14T22:14:20.000Z the provider has "
      "captured 4.50 usd (cs_1) and our payment is link_ready; the customer has paid, and the "
      "order does not know it: repair asks the provider and records its answer");
}

TEST_F(ReconciliationRules, RepairByTheMessagesThatServicesTakeAnyway) {
  const auto message_for = [](Repair repair) {
    return repair_of({.order_id = order_id, .session_id = "cs_1", .repair = repair});
  };
  EXPECT_EQ(std::get<LookUpPayment>(message_for(Repair::look_up_payment).value()).session_id,
            "cs_1");
  EXPECT_TRUE(std::holds_alternative<UndoPayment>(message_for(Repair::undo_payment).value()));
  EXPECT_TRUE(std::holds_alternative<ReleaseStock>(message_for(Repair::release_stock).value()));
  EXPECT_EQ(message_for(Repair::none), std::nullopt);
}

TEST_F(ReconciliationRules, BelieveADifferenceOnlyThatStandsInTwoLooks) {
  const Finding lost{.order_id = order_id, .kind = unrecorded_capture, .session_id = "cs_1"};
  Finding other = lost;
  other.kind = held_stock;
  EXPECT_THAT(standing_in_both({lost, other}, {lost}), only(unrecorded_capture));
  EXPECT_THAT(standing_in_both({other}, {lost}), IsEmpty());
  Finding elsewhere = lost;
  elsewhere.session_id = "cs_2";
  EXPECT_THAT(standing_in_both({lost}, {elsewhere}), IsEmpty());
}

}  // namespace
}  // namespace oms::reconciliation
