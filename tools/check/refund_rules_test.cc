// Refunds that the operator has asked for: what must fit together, and each thing that does not.
#include <gtest/gtest.h>

#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

// One of the two has come back and was refunded.
Sample refunded() {
  Sample sample;
  const Refund money{.number = 1,
                     .amount = 450,
                     .status = RefundStatus::succeeded,
                     .provider_id = "re_1",
                     .change = 1};
  sample.order.changes = sample.saga.changes = 1;
  sample.order.requested_refunds = {{.change = 1,
                                     .amount = 450,
                                     .lines = {{.line = 1, .quantity = 1, .comes_back = true}},
                                     .status = ChangeStatus::done}};
  sample.order.returned = {{.product_id = "1", .quantity = 1}};
  sample.order.payment = sample.payment.status = PaymentStatus::partially_refunded;
  sample.order.refunds = sample.payment.refunds = {money};
  sample.payment.refunded = sample.session.refunded = 450;
  sample.reservation.lines[0].returned = 1;
  sample.items[0].returned = 1;
  return sample;
}

TEST(RefundAuditor, FindsNothingWhereAllFits) {
  EXPECT_EQ(refunded().broken(), "");
}

TEST(RefundAuditor, LetsARefundThatIsUnderWayBe) {
  auto sample = refunded();
  sample.order.requested_refunds[0].status = ChangeStatus::under_way;
  sample.order.returned.clear();
  sample.saga.change = coordinator::Change{
      .run = {.saga = "refund", .version = 1, .step = "return_lines", .due = start}};
  EXPECT_EQ(sample.broken(), "");
  sample.saga.change->run.due.reset();
  EXPECT_EQ(sample.broken(), "due_or_over");
  sample.saga.change.reset();
  EXPECT_EQ(sample.broken(), "saga_told_truly") << "nobody leads it to its end";
}

TEST(RefundAuditor, SeesARefundThatIsShownAsAnother) {
  auto failed = refunded();
  failed.order.requested_refunds[0].status = ChangeStatus::failed;
  EXPECT_EQ(failed.broken(), "refunds_as_asked");
  auto another = refunded();
  another.order.requested_refunds[0].amount = 449;
  EXPECT_EQ(another.broken(), "refunds_as_asked");
  auto unmade = refunded();
  unmade.order.refunds[0].change = unmade.payment.refunds[0].change = 2;
  EXPECT_EQ(unmade.broken(), "one_charge money_adds_up refunds_as_asked");
  auto misnumbered = refunded();
  misnumbered.order.changes = misnumbered.saga.changes = 0;
  EXPECT_EQ(misnumbered.broken(), "refunds_as_asked");
}

TEST(RefundAuditor, LetsAChangeOfLinesThatHasFailedBeForgotten) {
  auto behind = refunded();
  behind.order.changes = behind.saga.changes = 2;
  EXPECT_EQ(behind.broken(), "");
  auto ahead = behind;
  for (auto* refunds : {&ahead.order.refunds, &ahead.payment.refunds}) (*refunds)[0].change = 2;
  ahead.order.requested_refunds[0].change = 2;
  EXPECT_EQ(ahead.broken(), "");
}

TEST(RefundAuditor, LetsMoneyThatHasComeBackSinceBe) {
  auto sample = refunded();
  sample.order.refunds[0].status = sample.payment.refunds[0].status = RefundStatus::failed;
  sample.order.payment = sample.payment.status = PaymentStatus::captured;
  sample.payment.refunded = sample.session.refunded = 0;
  EXPECT_EQ(sample.broken(), "");
}

TEST(RefundAuditor, SeesMoreOfALineRefundedThanWasOrdered) {
  auto sample = refunded();
  sample.order.requested_refunds[0].lines[0].quantity = 3;
  EXPECT_EQ(sample.broken(), "refunds_as_asked");
  sample.order.requested_refunds[0].lines[0] = {.line = 2, .quantity = 1};
  EXPECT_EQ(sample.broken(), "refunds_as_asked") << "there is no such line";
}

TEST(RefundAuditor, SeesGoodsThatAreNotWhereTheOrderSays) {
  auto unshown = refunded();
  unshown.order.returned.clear();
  EXPECT_EQ(unshown.broken(), "refunds_as_asked");
  auto twice = refunded();
  twice.items[0].returned = 2;
  EXPECT_EQ(twice.broken(), "shelf_explained");
}

}  // namespace
}  // namespace oms::check
