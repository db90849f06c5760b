// How the provider's charges and our payments differ.
#include "codec/json_names.h"
#include "tests/support/order_books.h"

namespace oms::reconciliation {
namespace {

using ::testing::IsEmpty;
using enum Difference;

// --- the provider knows more
// ----------------------------------------------------------------------

TEST_F(ReconciliationRules, FindAPaymentWhoseWebhookWasLost) {
  charges = {charge("cs_1", State::captured, 450)};
  EXPECT_THAT(found(), only(unrecorded_capture, Repair::look_up_payment));
  EXPECT_EQ(found().front().session_id, "cs_1");
}

TEST_F(ReconciliationRules, FindMoneyThatCameAfterTheOrderHadEnded) {
  given_cancelled();
  charges = {charge("cs_1", State::captured, 450)};
  EXPECT_THAT(found(), only(unrecorded_capture, Repair::look_up_payment));
}

TEST_F(ReconciliationRules, FindAPaymentWhoseSessionWasNeverNamed) {
  given_cancelled();
  payment->session_id.clear();
  charges = {charge("cs_1", State::captured, 450)};
  EXPECT_THAT(found(), only(unrecorded_capture, Repair::look_up_payment));
}

TEST_F(ReconciliationRules, FindARefundThatWasMadeAtTheProvider) {
  given_paid();
  charges = {charge("cs_1", State::captured, 450, 100)};
  EXPECT_THAT(found(), only(unrecorded_refund, Repair::look_up_payment));
}

TEST_F(ReconciliationRules, FindALinkThatHasExpiredUnheard) {
  charges = {charge("cs_1", State::closed)};
  EXPECT_THAT(found(), only(unrecorded_expiry, Repair::look_up_payment));
}

TEST_F(ReconciliationRules, FindAnAuthorizationThatHasLapsedUnheard) {
  given_authorized();
  charges.front().state = State::closed;
  EXPECT_THAT(found(), only(unrecorded_expiry, Repair::look_up_payment));
}

// --- it takes or holds money for nothing
// ----------------------------------------------------------

TEST_F(ReconciliationRules, FindALinkThatOutlivesItsPayment) {
  given_cancelled();
  charges = {charge("cs_1", State::open)};
  EXPECT_THAT(found(), only(open_link, Repair::look_up_payment));
}

TEST_F(ReconciliationRules, FindALinkAndAPaymentThatOutliveTheirOrder) {
  given_waiting();
  order.status = OrderStatus::cancelled;
  reservation->state = ReservationState::released;
  EXPECT_THAT(found(), only(open_link, Repair::undo_payment));
}

TEST_F(ReconciliationRules, FindAnAuthorizationOfAnOrderThatEnded) {
  given_authorized();
  order.status = OrderStatus::cancelled;
  reservation->state = ReservationState::released;
  EXPECT_THAT(found(), only(open_authorization, Repair::undo_payment));
  pay(PaymentStatus::voided, 0);
  EXPECT_THAT(found(), only(open_authorization, Repair::look_up_payment));
}

TEST_F(ReconciliationRules, FindWhatALinkThatWasClosedForAChangeStillDoes) {
  given_paid();
  payment->closed = {{.session_id = "cs_0"}};
  charges.push_back(charge("cs_0", State::closed));
  EXPECT_THAT(found(), IsEmpty());
  charges.back() = charge("cs_0", State::open);
  EXPECT_THAT(found(), only(open_link, Repair::look_up_payment));
  EXPECT_EQ(found().front().session_id, "cs_0");
  charges.back() = charge("cs_0", State::captured, 450);
  EXPECT_THAT(found(), only(unrecorded_capture, Repair::look_up_payment));
  payment->closed = {{.session_id = "cs_0", .captured = 450, .refunded = 450}};
  EXPECT_THAT(found(), only(missing_refund));
  charges.back().refunded = 450;
  EXPECT_THAT(found(), IsEmpty());
}

// --- money differs
// --------------------------------------------------------------------------------

TEST_F(ReconciliationRules, FindAnOrderThatWasChargedTwice) {
  given_paid();
  charges.push_back(charge("cs_2", State::captured, 450));
  EXPECT_THAT(found(), only(double_charge));
  charges.back().refunded = 450;
  EXPECT_THAT(found(), IsEmpty()) << "one has gone back";
}

TEST_F(ReconciliationRules, FindAChargeThatWeDidNotAskFor) {
  given_waiting();
  for (const auto state : {State::open, State::pending, State::authorized}) {
    charges = {charge("cs_1", State::open), charge("cs_2", state)};
    EXPECT_THAT(found(), only(unknown_charge)) << json::name_of(state);
  }
  charges.back() = charge("cs_2", State::captured, 450);
  EXPECT_THAT(found(), only(unknown_charge));
  charges.back() = charge("cs_2", State::closed);
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(ReconciliationRules, FindAChargeWhereNoPaymentWasAskedFor) {
  given_cancelled();
  order.payment = PaymentStatus::none;
  payment.reset();
  EXPECT_THAT(found(), IsEmpty());
  charges = {charge("cs_1", State::captured, 450)};
  EXPECT_THAT(found(), only(unknown_charge));
}

TEST_F(ReconciliationRules, FindAChargeOfAnOrderThatWeDoNotKnow) {
  const auto paid = charge("cs_9", State::captured, 450);
  const auto finding = unknown_order(paid, later, grace);
  ASSERT_TRUE(finding);
  EXPECT_THAT(*finding, is(unknown_charge, Repair::none));
  EXPECT_TRUE(unknown_order(charge("cs_9", State::authorized), later, grace));
  EXPECT_FALSE(unknown_order(paid, placed, grace)) << "its order may be on its way";
  EXPECT_FALSE(unknown_order(charge("cs_9", State::captured, 450, 450), later, grace));
  EXPECT_FALSE(unknown_order(charge("cs_9", State::open), later, grace)) << "nobody has paid";
}

TEST_F(ReconciliationRules, FindAChargeThatTheProviderDoesNotHave) {
  given_paid();
  charges.clear();
  EXPECT_THAT(found(), only(missing_charge));
  given_waiting();
  charges.clear();
  EXPECT_THAT(found(), only(missing_charge));
  given_cancelled();
  charges.clear();
  EXPECT_THAT(found(), IsEmpty()) << "nothing was paid by it";
}

TEST_F(ReconciliationRules, FindAnotherAmountOrCurrency) {
  given_paid();
  charges.front().captured = 400;
  EXPECT_THAT(found(), only(amount_mismatch));
  given_paid();
  charges.front().currency = "eur";
  EXPECT_THAT(found(), only(amount_mismatch));
  given_waiting();
  charges.front().amount = 500;
  EXPECT_THAT(found(), only(amount_mismatch)) << "the customer is asked for too much";
  given_waiting();
  charges = {charge("cs_1", State::captured, 900)};
  EXPECT_THAT(found(), only(amount_mismatch)) << "and not what payments would take for paid";
}

TEST_F(ReconciliationRules, FindARefundThatTheProviderHasNotMade) {
  given_paid();
  pay(PaymentStatus::partially_refunded, 450, 100);
  EXPECT_THAT(found(), only(missing_refund));
}

}  // namespace
}  // namespace oms::reconciliation
