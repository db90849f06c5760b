// What the operator may refund and when, what it comes to by the order's frozen lines, and what the
// order shows of it.
#include "services/orders/refund.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/orders/service.h"
#include "tests/support/kept_records.h"

namespace oms::orders {
namespace {

using enum OrderStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

class Refunds : public ::testing::Test {
 protected:
  // Two of "a" at 450, one of "b" at 99, and three more of "a" at 400: 2199.
  void given(OrderStatus status, PaymentStatus payment = PaymentStatus::captured) {
    Order known{.id = order_id,
                .customer_id = "c1",
                .version = 4,
                .status = status,
                .lines = {line("a", 2, 450), line("b", 1, 99), line("a", 3, 400)},
                .total = 2'199,
                .currency = "eur",
                .payment = payment,
                .created_at = start,
                .updated_at = start};
    known.history.push_back({.version = 4, .status = status, .at = start});
    records.keep(make_record(std::move(known)));
    paid = {.is_known = true, .captured = 2'199};
  }
  static OrderLine line(const char* product, std::int64_t quantity, MinorUnits price) {
    return {.product_id = product,
            .product_name = "Item",
            .quantity = quantity,
            .price_id = "p",
            .unit_price = price};
  }
  Decision hear(Payload payload) {
    records.answer(paid);
    return records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, start);
  }
  std::optional<Error> refusal(RefundOrder asked) {
    const auto decision = hear(std::move(asked));
    return decision.reply ? decision.reply->refusal : std::nullopt;
  }
  // What is asked of the coordinator.
  StartChange begun(RefundOrder asked) {
    const auto decision = hear(std::move(asked));
    const auto* start_change =
        decision.send.empty() ? nullptr : std::get_if<StartChange>(&decision.send.at(0));
    if (start_change == nullptr) {
      ADD_FAILURE() << (decision.reply && decision.reply->refusal ? decision.reply->refusal->detail
                                                                  : "nothing begun");
      return {};
    }
    return *start_change;
  }
  void done(std::int32_t change, std::vector<ProductQuantity> returned = {}) {
    const auto decision =
        hear(ApplyChange{.ref = {.step = "apply", .run = change}, .returned = returned});
    EXPECT_EQ(std::get<StepAnswer>(decision.send.at(0)).ref.run, change);
  }
  const Order& order() { return *records.get<Order>(order_id); }

  OrdersService service{OrdersSettings{}};
  testing::KeptRecords records;
  Refundable paid;
};

TEST_F(Refunds, OfLinesCostsWhatTheyWereSoldFor) {
  given(completed);
  const auto begun_now = begun(
      {.lines = {{.line = 1, .quantity = 1, .comes_back = true}, {.line = 3, .quantity = 2}}});
  EXPECT_EQ(begun_now.amount, 450 + 800);
  EXPECT_EQ(begun_now.saga, "refund");
  EXPECT_EQ(begun_now.number, 1);
  ASSERT_THAT(begun_now.returned, SizeIs(1));
  EXPECT_EQ(begun_now.returned[0].product_id, "a");
  EXPECT_EQ(begun_now.returned[0].quantity, 1) << "what is kept does not come back";
}

TEST_F(Refunds, OfEverythingIsOfWhatIsLeft) {
  given(completed);
  paid.refunded = 200;
  paid.pending = 30;
  paid.disputed = 4;
  const auto all = begun({.goods_come_back = true});
  EXPECT_EQ(all.amount, 2'199 - 234);
  ASSERT_THAT(all.returned, SizeIs(2));
  EXPECT_EQ(all.returned[0].quantity, 5) << "of both lines";
}

TEST_F(Refunds, WhatHasComeBackIsCountedInAll) {
  given(completed);
  begun({.lines = {{.line = 1, .quantity = 1, .comes_back = true}}});
  done(1, {{.product_id = "a", .quantity = 1}});
  const auto second = begun({.lines = {{.line = 1, .quantity = 1, .comes_back = true},
                                       {.line = 3, .quantity = 1, .comes_back = true}}});
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.returned.at(0).quantity, 3);
}

TEST_F(Refunds, OfALineAreNoMoreThanWereOrdered) {
  given(completed);
  begun({.lines = {{.line = 1, .quantity = 1}}});
  done(1);
  const auto too_many = refusal({.lines = {{.line = 1, .quantity = 2}}});
  ASSERT_TRUE(too_many);
  EXPECT_EQ(too_many->kind, ErrorKind::unprocessable);
  EXPECT_EQ(too_many->pointer, "/items/0/quantity");
  // One that has failed does not count, whether at once or later.
  begun({.lines = {{.line = 1, .quantity = 1}}});
  hear(ChangeFailed{.number = 2, .reason = Reason::refund_failed});
  begun({.lines = {{.line = 1, .quantity = 1}}});
  done(3);
  hear(PaymentChanged{
      .status = PaymentStatus::captured,
      .refunds = {{.number = 1, .amount = 450, .status = RefundStatus::failed, .change = 3}}});
  EXPECT_EQ(begun({.lines = {{.line = 1, .quantity = 1}}}).amount, 450);
}

struct Row {
  const char* what;
  RefundOrder asked;
  ErrorKind kind;
  const char* pointer;
};

TEST_F(Refunds, AreRefusedWithTheFieldThatIsWrong) {
  given(completed);
  paid.refunded = 99;
  using Kind = ErrorKind;
  const std::vector<Row> rows{
      {"a cent too much", {.amount = 2'101}, Kind::unprocessable, "/amount"},
      {"nothing", {.amount = 0}, Kind::unprocessable, "/amount"},
      {"less", {.amount = -1}, Kind::unprocessable, "/amount"},
      {"both", {.amount = 1, .lines = {{.line = 1, .quantity = 1}}}, Kind::invalid, "/amount"},
      {"no such line",
       {.lines = {{.line = 4, .quantity = 1}}},
       Kind::unprocessable,
       "/items/0/line"},
      {"line 0", {.lines = {{.line = 0, .quantity = 1}}}, Kind::unprocessable, "/items/0/line"},
      {"a line twice",
       {.lines = {{.line = 2, .quantity = 1}, {.line = 2, .quantity = 1}}},
       Kind::unprocessable,
       "/items/1/line"},
      {"too many",
       {.lines = {{.line = 2, .quantity = 2}}},
       Kind::unprocessable,
       "/items/0/quantity"},
      {"none", {.lines = {{.line = 2, .quantity = 0}}}, Kind::unprocessable, "/items/0/quantity"},
      {"more than is left",
       {.lines = {{.line = 1, .quantity = 2},
                  {.line = 2, .quantity = 1},
                  {.line = 3, .quantity = 3}}},
       Kind::unprocessable,
       "/items"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto refused = refusal(row.asked);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, row.kind) << refused->detail;
    EXPECT_EQ(refused->pointer, row.pointer);
  }
  EXPECT_EQ(begun({.amount = 2'100}).amount, 2'100) << "to the cent";
}

TEST_F(Refunds, FollowAPaymentAndNothingElse) {
  using enum PaymentStatus;
  for (const auto payment : {requested, link_ready, expired, failed, none}) {
    given(OrderStatus::cancelled, payment);
    EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::conflict);
  }
  given(waiting_payment);
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::conflict);
  for (const auto status :
       {OrderStatus::paid, preparing, ready, delivering, completed, cancelled}) {
    given(status);
    EXPECT_FALSE(refusal({.amount = 1})) << static_cast<int>(status);
  }
}

TEST_F(Refunds, OfEverythingBeforeThePivotIsACancellation) {
  given(OrderStatus::paid);
  for (const RefundOrder& all : {RefundOrder{}, RefundOrder{.amount = 2'199}}) {
    const auto refused = refusal(all);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, ErrorKind::conflict);
    EXPECT_THAT(refused->detail, HasSubstr("cancel"));
  }
  paid.refunded = 2'000;
  EXPECT_TRUE(refusal({.amount = 199})) << "the rest is everything";
  EXPECT_FALSE(refusal({.amount = 198}));
}

TEST_F(Refunds, OneAtATime) {
  given(completed);
  begun({.amount = 100});
  const auto second = refusal({.amount = 100});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->kind, ErrorKind::conflict);
  EXPECT_THAT(second->detail, HasSubstr("under way"));
  done(1);
  EXPECT_EQ(begun({.amount = 100}).number, 2);
}

TEST_F(Refunds, OfWhatGoesBackAnywayAreRefused) {
  given(OrderStatus::paid);
  paid.is_unwanted = true;
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::conflict);
  given(OrderStatus::paid);
  hear(CancelOrder{});
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::conflict);
  given(completed);
  paid.refunded = 2'199;
  EXPECT_EQ(refusal({})->kind, ErrorKind::conflict) << "nothing is left";
}

TEST_F(Refunds, OfACancelledOrderReturnNoGoods) {
  given(cancelled);
  EXPECT_EQ(refusal({.goods_come_back = true})->kind, ErrorKind::unprocessable);
  EXPECT_FALSE(refusal({}));
}

TEST_F(Refunds, OfWhatIsTooOldAreGone) {
  given(completed);
  paid = {};
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::gone);
  records = {};
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::not_found);
  records.keep(
      make_record(ArchivedOrder{.id = order_id, .customer_id = "c1", .archived_at = start}));
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::gone);
}

TEST_F(Refunds, AreShownWithTheOrderWhichStaysAsItIs) {
  given(completed);
  begun({.amount = 100, .reason = "cold"});
  ASSERT_THAT(order().requested_refunds, SizeIs(1));
  EXPECT_EQ(order().requested_refunds[0].status, ChangeStatus::under_way);
  EXPECT_EQ(order().requested_refunds[0].reason, "cold");
  EXPECT_EQ(order().version, 5);
  done(1, {{.product_id = "a", .quantity = 2}});
  EXPECT_EQ(order().requested_refunds[0].status, ChangeStatus::done);
  EXPECT_EQ(order().requested_refunds[0].ended_at, start);
  EXPECT_EQ(order().returned.at(0).quantity, 2);
  EXPECT_EQ(order().status, completed);
  EXPECT_THAT(order().history, SizeIs(1));
  const auto version = order().version;
  done(1);
  EXPECT_EQ(order().version, version) << "told twice";
  begun({.amount = 100});
  hear(ChangeFailed{.number = 2, .reason = Reason::not_refundable});
  EXPECT_EQ(order().requested_refunds[1].status, ChangeStatus::failed);
  EXPECT_EQ(order().requested_refunds[1].failure, Reason::not_refundable);
}

TEST_F(Refunds, AreBounded) {
  given(completed);
  for (std::int32_t i = 1; i <= 32; ++i) {
    begun({.amount = 1});
    done(i);
  }
  EXPECT_EQ(refusal({.amount = 1})->kind, ErrorKind::conflict);
}

TEST(OrderRecord, OfAnOlderSchemaHasSeenNoChange) {
  const auto kept =
      type_of<Order>()
          .decode(R"({"id":"650100000000000000000000","customerID":"c1","saga":"food","version":9,)"
                  R"("status":"completed","total":900,"currency":"usd","payment":"captured",)"
                  R"("refunds":[{"number":1,"amount":5,"status":"succeeded",)"
                  R"("initiatedBy":"provider","providerID":"re_1"}]})")
          .value();
  const auto& order = *static_cast<const Order*>(kept.get());
  EXPECT_EQ(order.changes, 0);
  EXPECT_FALSE(is_changing(order));
  EXPECT_EQ(order.refunds.at(0).change, 0);
  EXPECT_THAT(order.requested_refunds, IsEmpty());
}

}  // namespace
}  // namespace oms::orders
