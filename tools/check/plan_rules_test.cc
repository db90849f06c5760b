// What the plan of an order is: for whom, of what, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Auditor, SeesStockThatIsReservedForSomebodyElse) {
  for (auto sample : {Sample{}, Sample::waiting(), Sample::cancelled()}) {
    sample.reservation.customer_id = "c2";
    EXPECT_EQ(sample.broken(), "as_ordered");
    sample.reservation.customer_id.clear();
    EXPECT_EQ(sample.broken(), "as_ordered");
  }
}

TEST(Auditor, SeesATicketOfSomethingElse) {
  for (const auto& lines :
       std::vector<std::vector<kitchen::TicketLine>>{{},
                                                     {{.product_name = "Salami", .quantity = 2}},
                                                     {{.product_name = "Cheese", .quantity = 3}},
                                                     {{.product_name = "Cheese", .quantity = 1},
                                                      {.product_name = "Cheese", .quantity = 1}}}) {
    Sample sample;
    sample.ticket.lines = lines;
    EXPECT_EQ(sample.broken(), "as_ordered");
  }
}

TEST(Auditor, AllowsATicketOfBeforeAChangeWhileItIsHeldOrWhereItWasCalledOff) {
  using enum kitchen::TicketStatus;
  Sample sample;
  sample.ticket.lines[0].quantity = 3;
  sample.ticket.status = held;
  EXPECT_THAT(sample.broken(), Not(HasSubstr("as_ordered")));
  for (const auto status : {rejected, cancelled}) {
    sample.ticket.status = status;
    sample.order.revision.reset();
    EXPECT_THAT(sample.broken(), HasSubstr("as_ordered"));
    sample.order.revision = orders::Revision{.change = 1, .status = ChangeStatus::done};
    EXPECT_THAT(sample.broken(), Not(HasSubstr("as_ordered")));
  }
  for (const auto status : {waiting, preparing, ready}) {
    sample.ticket.status = status;
    EXPECT_THAT(sample.broken(), HasSubstr("as_ordered")) << "the change is over";
  }
}

TEST(Auditor, ComparesATicketLineByLine) {
  Sample sample;
  sample.order.lines = {{.product_id = "1", .product_name = "Cheese", .quantity = 1},
                        {.product_id = "1", .product_name = "Cheese", .quantity = 1}};
  for (auto& line : sample.order.lines) line.unit_price = 450;
  EXPECT_EQ(sample.broken(), "as_ordered") << "the kitchen reads each line by itself";
  sample.ticket.lines = {{.product_name = "Cheese", .quantity = 1},
                         {.product_name = "Cheese", .quantity = 1}};
  EXPECT_EQ(sample.broken(), "") << "and stock is reserved for each product";
}

TEST(Auditor, AllowsWhatAnUndoThatCameFirstLeaves) {
  auto sample = Sample::cancelled();
  sample.has_payment = sample.has_session = false;
  sample.order.payment = PaymentStatus::none;
  sample.order.history.erase(sample.order.history.begin() + 1, sample.order.history.begin() + 3);
  sample.order.notices.clear();
  sample.tell(NoticeKind::cancelled);
  sample.reservation = {.id = sample.order.id, .state = stock::ReservationState::released};
  sample.ticket = {.id = sample.order.id, .status = kitchen::TicketStatus::cancelled};
  sample.has_ticket = true;
  sample.items = {{.id = "1", .initial = 10}};
  EXPECT_EQ(sample.broken(), "");
}

// Cancelled at once, for stock was not there.
Sample out_of_stock() {
  auto sample = Sample::cancelled();
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::out_of_stock;
  sample.order.history.erase(sample.order.history.begin() + 1, sample.order.history.begin() + 3);
  sample.order.payment = PaymentStatus::none;
  sample.order.notices.clear();
  sample.tell(NoticeKind::cancelled);
  sample.reservation = {.id = sample.order.id,
                        .customer_id = "c1",
                        .state = stock::ReservationState::refused,
                        .reason = Reason::out_of_stock};
  sample.items = {{.id = "1", .initial = 1}};
  sample.has_payment = sample.has_session = false;
  return sample;
}

TEST(Auditor, KnowsThatStockMayBeRefused) {
  auto sample = out_of_stock();
  EXPECT_EQ(sample.broken(), "");
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::customer_request;
  EXPECT_EQ(sample.broken(), "") << "the customer was faster";
}

TEST(Auditor, SeesARefusalThatStockAndOrderTellDifferently) {
  auto sample = out_of_stock();
  sample.reservation.reason = Reason::over_reservation_cap;
  EXPECT_EQ(sample.broken(), "lines_together");
  sample = out_of_stock();
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::payment_failed;
  EXPECT_EQ(sample.broken(), "lines_together");
  sample = out_of_stock();
  sample.reservation.state = stock::ReservationState::released;
  sample.reservation.reason = Reason::none;
  EXPECT_EQ(sample.broken(), "lines_together");
}

TEST(Auditor, SeesARefusalWithoutAReason) {
  auto sample = out_of_stock();
  sample.order.reason = sample.saga.main.reason = sample.order.history.back().reason =
      Reason::customer_request;
  sample.reservation.reason = Reason::none;
  EXPECT_EQ(sample.broken(), "reason_given");
  sample = Sample{};
  sample.reservation.reason = Reason::out_of_stock;
  EXPECT_EQ(sample.broken(), "reason_given") << "it was sold";
}

TEST(Auditor, SeesGoodsThatAreBothLostAndReturned) {
  auto sample = Sample::cancelled();
  sample.reservation.written_off = true;
  EXPECT_EQ(sample.broken(), "lines_together");
}

TEST(Auditor, SeesAnOrderThatShowsMoreRefundsThanItCost) {
  auto sample = Sample::cancelled();
  sample.order.refunds = {{.number = 1, .amount = 500, .status = RefundStatus::succeeded},
                          {.number = 2, .amount = 401, .status = RefundStatus::pending}};
  sample.has_payment = sample.has_saga = sample.has_session = false;  // forgotten
  sample.circumstances.kept_since = start;
  EXPECT_EQ(sample.broken(), "one_charge");
  sample.order.refunds[1].amount = 400;
  EXPECT_EQ(sample.broken(), "");
}

TEST(Auditor, SeesAPromiseThatIsNotItsPreparation) {
  Sample sample;
  const auto begins = sample.ticket.starts_at;
  sample.ticket.promised_at = begins + Duration{2};
  EXPECT_EQ(sample.broken(), "promise_is_right") << "the meal takes less";
  sample.ticket.takes_ms = 0;
  EXPECT_EQ(sample.broken(), "") << "older tickets do not tell how long they take";
  sample.ticket.promised_at = begins - Duration{1};
  EXPECT_EQ(sample.broken(), "promise_is_right") << "it is to be ready before it begins";
  sample.ticket.promised_at = begins;
  EXPECT_EQ(sample.broken(), "") << "what takes no time is ready at once";
}

TEST(Auditor, KnowsThatATicketMayBeAcceptedAfterItsPromise) {
  Sample sample;
  sample.ticket.starts_at = sample.ticket.promised_at + Duration{60'000};
  sample.ticket.busy_until = sample.ticket.starts_at + Duration{sample.ticket.takes_ms};
  EXPECT_EQ(sample.broken(), "");
  sample.ticket.busy_until = sample.ticket.starts_at - Duration{1};
  EXPECT_EQ(sample.broken(), "promise_is_right");
}

TEST(Auditor, DoesNotAskForThePlanOfAnArchivedOrder) {
  Sample sample;
  const orders::ArchivedOrder archived{.id = sample.order.id};
  sample.reservation.customer_id = "c2";
  sample.ticket.lines.clear();
  sample.has_order = false;
  auto story = sample.story();
  story.archived = &archived;
  Auditor auditor{{}};
  auditor.take(story);
  EXPECT_EQ(auditor.findings().broken(), 0);
}

}  // namespace
}  // namespace oms::check
