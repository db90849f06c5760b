#include "tools/check/auditor.h"

#include <gtest/gtest.h>

#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

TEST(Auditor, FindsNothingWrongWithOrdersThatAreRight) {
  EXPECT_EQ(Sample{}.broken(), "");
  EXPECT_EQ(Sample::waiting().broken(), "");
  EXPECT_EQ(Sample::cancelled().broken(), "");
}

TEST(Auditor, LooksAtEveryRule) {
  const auto cancelled = Sample::cancelled();
  auto auditor = Sample{}.audit();
  auditor.take(cancelled.story());
  Sample refunded;
  refunded.order.requested_refunds = {{.change = 1, .amount = 450}};
  auditor.take(refunded.story());
  auditor.take(cancelled.order, nullptr, true);
  auditor.take(payments::Account{.id = "1"});
  for (std::size_t i = 0; i < rule_count; ++i) {
    EXPECT_GT(auditor.findings().of(static_cast<Rule>(i)).looked_at, 0)
        << text_of(static_cast<Rule>(i)).name;
  }
}

TEST(Auditor, SeesCountersThatNoReservationExplains) {
  Sample sample;
  sample.items[0].committed = 3;
  EXPECT_EQ(sample.broken(), "shelf_explained");
  sample = Sample::waiting();
  sample.items[0].reserved = 1;
  EXPECT_EQ(sample.broken(), "shelf_explained");
  sample = Sample::cancelled();
  sample.items[0].returned = 0;
  EXPECT_EQ(sample.broken(), "shelf_explained");
  sample = Sample{};
  sample.items.clear();
  EXPECT_EQ(sample.broken(), "shelf_explained");
}

TEST(Auditor, SeesWhatIsOversold) {
  auto sample = Sample::waiting();
  sample.items[0].initial = 1;
  EXPECT_EQ(sample.broken(), "nothing_oversold");
  sample = Sample{};
  sample.items[0].restocked = -1;
  EXPECT_EQ(sample.broken(), "nothing_oversold");
}

TEST(Auditor, SeesReservationsOfSomethingElse) {
  Sample sample;
  sample.reservation.lines[0].quantity = 1;
  sample.reservation.units = 1;
  sample.items[0].committed = 1;
  EXPECT_EQ(sample.broken(), "lines_together");
  sample = Sample::waiting();
  sample.reservation.units = 3;
  EXPECT_EQ(sample.broken(), "lines_together");
  sample = Sample::waiting();
  sample.reservation.returned = true;
  sample.items[0].returned = 2;
  EXPECT_EQ(sample.broken(), "shelf_explained nothing_oversold lines_together");
}

TEST(Auditor, SeesAReasonThatWasLostOrMadeUp) {
  auto sample = Sample::cancelled();
  sample.order.reason = sample.order.history.back().reason = Reason::none;
  EXPECT_EQ(sample.broken(), "legal_history saga_told_truly");
  sample = Sample{};
  sample.order.reason = Reason::customer_request;
  EXPECT_EQ(sample.broken(), "legal_history saga_told_truly");
  sample = Sample::cancelled();
  sample.saga.main.reason = Reason::payment_expired;
  EXPECT_EQ(sample.broken(), "saga_told_truly");
}

TEST(Auditor, SeesGoodsThatWerePutBackThoughTheyWereLost) {
  auto sample = Sample::cancelled();
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::delivery_failed;
  EXPECT_EQ(sample.broken(), "lines_together saga_told_truly");
  sample = Sample::cancelled();
  sample.reservation.returned = false;
  sample.reservation.written_off = true;
  sample.items[0].returned = 0;
  EXPECT_EQ(sample.broken(), "lines_together");
}

TEST(Auditor, SeesARefusalThatTheOrderDoesNotTell) {
  auto sample = Sample::cancelled();
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::kitchen_rejected;
  EXPECT_EQ(sample.broken(), "saga_told_truly");
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::out_of_stock;
  EXPECT_EQ(sample.broken(), "lines_together");
}

TEST(Auditor, SeesWhoWasToldInVainOrNotAtAll) {
  Sample sample;
  sample.order.customer.phone_number = "+100";
  EXPECT_EQ(sample.broken(), "notice_once") << "the phone was left out";
  sample = Sample{};
  sample.order.notices[0].status = NoticeStatus::sent;
  EXPECT_EQ(sample.broken(), "notice_once") << "nobody left an address for email";
  sample = Sample{};
  sample.tell(NoticeKind::cancelled);
  EXPECT_EQ(sample.broken(), "notice_once") << "it was never cancelled";
}

TEST(Auditor, SeesASecondCharge) {
  Sample sample;
  sample.session.charges = 2;
  sample.session.captured = 1'800;
  EXPECT_EQ(sample.broken(), "one_charge ledger_agrees");
}

TEST(Auditor, SeesAPaymentThatIsNotTheOrders) {
  Sample sample;
  sample.payment.amount = sample.payment.captured = sample.session.amount =
      sample.session.captured = 800;
  EXPECT_EQ(sample.broken(), "one_charge money_adds_up");
  sample = Sample{};
  sample.payment.refunded = 100;
  EXPECT_EQ(sample.broken(), "one_charge ledger_agrees money_adds_up saga_told_truly");
}

// Refunds: by whom, how much, and what the ledger and the order say of them.

void refund(Sample& sample, Refund refund, PaymentStatus status) {
  if (refund.status == RefundStatus::succeeded) sample.payment.refunded += refund.amount;
  refund.number = static_cast<std::int32_t>(sample.payment.refunds.size()) + 1;
  sample.payment.refunds.push_back(refund);
  sample.order.refunds = sample.payment.refunds;
  sample.order.payment = sample.payment.status = status;
}

TEST(Auditor, KnowsThatTheProviderMayRefundByItself) {
  for (const MinorUnits in_ledger : {MinorUnits{0}, MinorUnits{100}}) {
    Sample sample;
    refund(sample,
           {.amount = 100, .status = RefundStatus::succeeded, .initiated_by = Initiator::provider},
           PaymentStatus::partially_refunded);
    sample.session.refunded = in_ledger;
    EXPECT_EQ(sample.broken(), "");
    sample.has_payment = false;  // forgotten
    sample.circumstances.kept_since = Time{start.unix_ms + 1'000'000'000'000};
    EXPECT_EQ(sample.broken(), "") << "with " << in_ledger << " in the ledger";
  }
}

TEST(Auditor, SeesARefundOfOursOfACompletedOrder) {
  Sample sample;
  refund(sample, {.amount = 100, .status = RefundStatus::succeeded},
         PaymentStatus::partially_refunded);
  sample.session.refunded = 100;
  EXPECT_EQ(sample.broken(), "money_adds_up saga_told_truly");
}

TEST(Auditor, SeesRefundsThatDoNotComeToWhatIsRefunded) {
  auto sample = Sample::cancelled();
  sample.payment.refunds = {{.number = 1, .amount = 500, .status = RefundStatus::succeeded}};
  sample.order.refunds = sample.payment.refunds;
  EXPECT_EQ(sample.broken(), "one_charge");
  sample.payment.refunds[0].amount = 900;
  EXPECT_EQ(sample.broken(), "saga_told_truly") << "the order shows less";
}

TEST(Auditor, AllowsACancelledOrderToKeepWhatIsDisputedOrCouldNotBeRefunded) {
  auto sample = Sample::cancelled();
  sample.payment.refunded = sample.session.refunded = 0;
  sample.order.payment = sample.payment.status = PaymentStatus::captured;
  EXPECT_NE(sample.broken(), "");
  sample.payment.disputes = sample.order.disputes = {{.provider_id = "dp_1", .amount = 900}};
  EXPECT_EQ(sample.broken(), "");
  sample.payment.disputes[0].status = DisputeStatus::won;
  EXPECT_NE(sample.broken(), "");
  sample.payment.disputes.clear();
  refund(sample, {.amount = 900, .status = RefundStatus::failed}, PaymentStatus::captured);
  EXPECT_EQ(sample.broken(), "");
}

TEST(Auditor, SeesMoneyThatTheProviderDoesNotKnowOf) {
  Sample sample;
  sample.session.captured = 0;
  sample.session.charges = 0;
  EXPECT_EQ(sample.broken(), "ledger_agrees");
  sample = Sample{};
  sample.has_session = false;
  EXPECT_EQ(sample.broken(), "ledger_agrees");
}

TEST(Auditor, ALedgerMayBeAheadOfAPaymentThatWillHearOfIt) {
  auto sample = Sample::waiting();
  sample.session.captured = 900;
  sample.session.charges = 1;
  EXPECT_EQ(sample.broken(), "");
  EXPECT_EQ(sample.audit().counts().behind, 1);
  sample.circumstances.must_be_quiescent = true;
  EXPECT_EQ(sample.broken(), "nothing_under_way");
}

TEST(Auditor, ALedgerMayBeAheadOnlyWhileAServerRuns) {
  Sample sample;
  sample.session.refunded = 900;
  EXPECT_EQ(sample.broken(), "ledger_agrees");
  sample.circumstances.ledger_may_be_ahead = true;
  EXPECT_EQ(sample.broken(), "");
  sample = Sample{};
  sample.has_payment = false;
  sample.circumstances.ledger_may_be_ahead = true;
  EXPECT_EQ(sample.broken(), "money_adds_up saga_told_truly cooked_is_paid");
}

TEST(Auditor, SeesSessionsOfNoOrder) {
  Auditor auditor{{.has_ledger = true}};
  const SessionAudit session{.order_id = id_of(7), .amount = 1, .currency = "usd"};
  auditor.take({.id = session.order_id, .session = &session});
  EXPECT_EQ(auditor.findings().of(Rule::ledger_agrees).broken, 1);
  EXPECT_EQ(auditor.findings().of(Rule::nothing_orphaned).broken, 0);
}

TEST(Auditor, SeesATotalThatIsNotTheLines) {
  Sample sample;
  sample.order.lines[0].unit_price = 451;
  EXPECT_EQ(sample.broken(), "total_frozen");
  sample.order.lines[0].unit_price = std::numeric_limits<MinorUnits>::max();
  EXPECT_EQ(sample.broken(), "total_frozen");
}

TEST(Auditor, SeesStepsThatAreNotLegal) {
  Sample sample;
  std::swap(sample.order.history[2].status, sample.order.history[3].status);
  EXPECT_EQ(sample.broken(), "legal_history");
  sample = Sample{};
  sample.order.history[3].version = 3;
  EXPECT_EQ(sample.broken(), "legal_history");
  sample = Sample{};
  sample.order.version = 6;
  EXPECT_EQ(sample.broken(), "legal_history");
  sample = Sample{};
  sample.commits = 13;
  EXPECT_EQ(sample.broken(), "legal_history");
  sample = Sample{};
  sample.order.history.erase(sample.order.history.begin());
  EXPECT_EQ(sample.broken(), "legal_history");
}

TEST(Auditor, SeesWhatNobodyWillLookAtAgain) {
  auto sample = Sample::waiting();
  sample.saga.main.due.reset();
  EXPECT_EQ(sample.broken(), "due_or_over");
  sample = Sample::waiting();
  sample.payment.due.reset();
  EXPECT_EQ(sample.broken(), "") << "its saga asks before it closes the link";
  sample.payment.close_requested = true;
  EXPECT_EQ(sample.broken(), "due_or_over");
  sample = Sample{};
  sample.saga.main.due = start;
  EXPECT_EQ(sample.broken(), "due_or_over");
}

TEST(Auditor, SeesSagasThatSayWhatIsNotSo) {
  Sample sample;
  sample.delivery.status = delivery::DeliveryStatus::on_the_way;
  EXPECT_EQ(sample.broken(), "saga_told_truly");
  sample = Sample{};
  sample.order.payment = PaymentStatus::link_ready;
  EXPECT_EQ(sample.broken(), "saga_told_truly");
  sample = Sample{};
  sample.saga.main.step = "dance";
  EXPECT_EQ(sample.broken(), "saga_told_truly");
  sample = Sample::waiting();
  sample.has_ticket = true;
  EXPECT_EQ(sample.broken(), "saga_told_truly cooked_is_paid");
  sample = Sample::waiting();
  sample.order.status = OrderStatus::pending;
  sample.order.history.resize(1);
  EXPECT_EQ(sample.broken(), "");  // the link is not there yet
  sample.saga.main.phase = coordinator::Phase::completed;
  sample.saga.main.due.reset();
  EXPECT_EQ(sample.broken(), "saga_told_truly");
}

TEST(Auditor, SeesACancelledOrderThatKeepsSomething) {
  auto sample = Sample::cancelled();
  sample.reservation.returned = false;
  sample.items[0].returned = 0;
  EXPECT_EQ(sample.broken(), "saga_told_truly cancelled_is_empty");
  sample = Sample::cancelled();
  sample.payment.refunded = sample.session.refunded = 0;
  sample.payment.status = sample.order.payment = PaymentStatus::captured;
  EXPECT_EQ(sample.broken(), "money_adds_up saga_told_truly cancelled_is_empty");
}

TEST(Auditor, ARefundThatIsUnderWayIsOwed) {
  auto sample = Sample::cancelled();
  sample.payment.status = sample.order.payment = PaymentStatus::refund_pending;
  sample.payment.refunded = sample.session.refunded = 0;
  sample.payment.due = start;
  EXPECT_EQ(sample.broken(), "");
  sample.circumstances.must_be_quiescent = true;
  EXPECT_EQ(sample.broken(), "nothing_under_way");
}

TEST(Auditor, SeesNoticesThatAreMissingOrTwice) {
  Sample sample;
  sample.order.notices.pop_back();
  EXPECT_EQ(sample.broken(), "notice_once");
  sample = Sample{};
  sample.order.notices.push_back(sample.order.notices.front());
  EXPECT_EQ(sample.broken(), "notice_once");
}

TEST(Auditor, SeesAnOrderThatDoesNotShowWhatBecameOfItsNotices) {
  Sample sample;
  sample.order.customer.email = "a@b.example";
  sample.order.customer.phone_number = "+100";
  sample.has_notices = true;
  for (auto& shown : sample.order.notices) {
    shown.status = NoticeStatus::sent;
    sample.notices.notices.push_back(
        {.kind = shown.kind, .channel = shown.channel, .status = NoticeStatus::sent});
  }
  EXPECT_EQ(sample.broken(), "");
  sample.order.notices.front().status = NoticeStatus::pending;
  EXPECT_EQ(sample.broken(), "notice_once");
  sample.order.notices.clear();
  EXPECT_EQ(sample.broken(), "notice_once");
}

TEST(Auditor, SeesRecordsWithoutAnOrder) {
  Sample sample;
  sample.has_order = false;
  EXPECT_EQ(sample.broken(), "money_adds_up nothing_orphaned");
  sample = Sample{};
  sample.has_saga = false;
  EXPECT_EQ(sample.broken(), "nothing_orphaned");
}

TEST(Auditor, OldOrdersMayHaveBeenTidied) {
  Sample sample;
  sample.has_saga = sample.has_reservation = sample.has_payment = sample.has_ticket = false;
  sample.circumstances.kept_since = start;
  EXPECT_EQ(sample.broken(), "");
  EXPECT_EQ(sample.audit().counts().tidied, 1);
  sample.session.refunded = 900;
  EXPECT_EQ(sample.broken(), "ledger_agrees");
}

TEST(Auditor, QuiescenceAllowsOnlyTheCustomersTime) {
  auto sample = Sample::waiting();
  sample.circumstances.must_be_quiescent = true;
  EXPECT_EQ(sample.broken(), "");
  EXPECT_EQ(sample.audit().counts().waiting, 1);
  sample.payment.undo_requested = true;
  EXPECT_EQ(sample.broken(), "nothing_under_way");
  sample.circumstances.with_dead_letter.insert(sample.order.id);
  EXPECT_EQ(sample.broken(), "");
}

TEST(Auditor, SeesKeysWhoseOrderIsGoneOrOlder) {
  const Sample sample;
  Auditor auditor{{}};
  auditor.take(sample.order, &sample.order, false);
  auditor.take(sample.order, nullptr, true);
  EXPECT_EQ(auditor.findings().broken(), 0);
  auditor.take(sample.order, nullptr, false);
  auto older = sample.order;
  older.version = 11;
  auditor.take(sample.order, &older, false);
  EXPECT_EQ(auditor.findings().of(Rule::keys_repeat).broken, 2);
}

TEST(Auditor, KeepsTheFirstFewExamples) {
  Auditor auditor{{}};
  for (std::uint8_t i = 0; i < 9; ++i) {
    Sample sample;
    sample.order.id = id_of(i);
    sample.order.total = 1;
    auditor.take(Story{.id = sample.order.id, .order = &sample.order});
  }
  const auto& tally = auditor.findings().of(Rule::total_frozen);
  EXPECT_EQ(tally.broken, 9);
  ASSERT_EQ(tally.examples.size(), Findings::examples_max);
  EXPECT_EQ(tally.examples[1].where, id_of(1).text());
  EXPECT_EQ(tally.examples[1].what, "the lines come to 900, the total is 1 usd");
}

}  // namespace
}  // namespace oms::check
