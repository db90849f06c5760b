// What is accepted and for how much, each step of an order's life from each other, and who may
// cancel when.
#include "services/orders/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "tests/support/kept_records.h"

namespace oms::orders {
namespace {

using enum OrderStatus;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};
constexpr std::array statuses{pending, waiting_payment, paid,      preparing,
                              ready,   delivering,      completed, cancelled};

class Orders : public ::testing::Test {
 protected:
  Decision hear(Payload payload) {
    return records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
  }

  // Lines of different prices, placed at once.
  Decision place(const std::vector<OrderLine>& lines) {
    Quote quote{.currency = "eur"};
    PlaceOrder request{.customer_id = "c1",
                       .saga = "food",
                       .customer = {.name = "N", .email = "n@example.org", .phone_number = "+49"}};
    for (const auto& line : lines) {
      request.lines.push_back({.product_id = line.product_id, .quantity = line.quantity});
      quote.lines.push_back(line);
      quote.available.push_back(shelf_max);
    }
    records.answer(quote);
    return hear(request);
  }
  static OrderLine line(MinorUnits price, std::int64_t quantity, const char* product = "a") {
    return {.product_id = product,
            .product_name = "Item",
            .quantity = quantity,
            .price_id = "p",
            .unit_price = price,
            .preparation_ms = 5};
  }

  // An order that is there, at that step.
  void given(OrderStatus status, const Contact& customer = {}) {
    Order known{.id = order_id,
                .customer_id = "c1",
                .version = 4,
                .status = status,
                .lines = {line(450, 2)},
                .total = 900,
                .currency = "eur",
                .queue_position = status == paid ? 3 : 0,
                .created_at = start,
                .updated_at = start};
    known.customer = customer;
    known.history.push_back({.version = 4, .status = status, .at = start});
    records.keep(make_record(std::move(known)));
  }

  const Order& order() { return *records.get<Order>(order_id); }

  template <class M>
  static std::vector<M> told(const Decision& decision) {
    std::vector<M> found;
    for (const auto& payload : decision.send) {
      if (const auto* message = std::get_if<M>(&payload)) found.push_back(*message);
    }
    return found;
  }

  OrdersService service{OrdersSettings{}};
  testing::KeptRecords records;
  Time now = start + Duration{1'000};
};

// --- placing ----------------------------------------------------------------------------------

struct Basket {
  std::vector<OrderLine> lines;
  std::optional<MinorUnits> total;  // none: it is refused
};

TEST_F(Orders, ATotalIsTheSumOfPriceAndQuantityOrTheOrderIsRefused) {
  constexpr MinorUnits dear = 1'000'000'000'000;
  constexpr std::int64_t many = 1'000'000;
  constexpr auto most = std::numeric_limits<MinorUnits>::max();
  const std::array baskets{
      Basket{{line(450, 2)}, 900},
      Basket{{line(333, 3), line(1, 1, "b")}, 1'000},
      Basket{{line(450, 1), line(450, 2)}, 1'350},
      Basket{{line(7, 1), line(11, 2, "b"), line(7, 3)}, 50},
      Basket{{line(999'999'999'989, 999'983)}, 999'982'999'989'000'187},
      Basket{std::vector(9, line(dear, many)), 9'000'000'000'000'000'000},
      Basket{std::vector(10, line(dear, many)), std::nullopt},
      Basket{{line(most, 1)}, most},
      Basket{{line(most, 1), line(1, 1)}, std::nullopt},
      Basket{{line(most / 2 + 1, 2)}, std::nullopt},
      Basket{{line(1, 1'000'000)}, 1'000'000},
      Basket{{line(1, 1'000'001)}, std::nullopt},
      Basket{{line(1, 0)}, std::nullopt},
      Basket{{line(1, 2), line(1, -1)}, std::nullopt},
      Basket{{}, std::nullopt},
      Basket{std::vector(100, line(3, 1)), 300},
      Basket{std::vector(101, line(3, 1)), std::nullopt},
  };
  for (std::size_t i = 0; i < baskets.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    records = {};
    const auto decision = place(baskets[i].lines);
    ASSERT_TRUE(decision.reply);
    EXPECT_EQ(decision.reply->refusal.has_value(), !baskets[i].total);
    if (!baskets[i].total) {
      EXPECT_THAT(decision.save, IsEmpty());
      EXPECT_THAT(decision.send, IsEmpty());
      continue;
    }
    EXPECT_EQ(order().total, *baskets[i].total);
    EXPECT_THAT(order().lines, SizeIs(baskets[i].lines.size())) << "no lines are merged";
    ASSERT_THAT(told<StartSaga>(decision), SizeIs(1));
    EXPECT_EQ(told<StartSaga>(decision).front().total, *baskets[i].total);
  }
}

TEST_F(Orders, WhatWasSentIsWhatIsKeptAndLed) {
  const auto decision = place({line(450, 2), line(99, 1, "b"), line(450, 7)});
  EXPECT_EQ(order().status, pending);
  EXPECT_EQ(order().version, 1);
  EXPECT_EQ(order().customer_id, "c1");
  EXPECT_EQ(order().customer.name, "N");
  EXPECT_EQ(order().customer.email, "n@example.org");
  EXPECT_EQ(order().customer.phone_number, "+49");
  EXPECT_EQ(order().currency, "eur");
  EXPECT_EQ(order().created_at, now);
  const auto started = told<StartSaga>(decision);
  ASSERT_THAT(started, SizeIs(1));
  EXPECT_EQ(started[0].customer_id, "c1");
  EXPECT_EQ(started[0].saga, "food");
  EXPECT_EQ(started[0].currency, "eur");
  ASSERT_THAT(started[0].lines, SizeIs(3));
  const std::array<std::int64_t, 3> quantities{2, 1, 7};
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    EXPECT_EQ(started[0].lines[i].quantity, quantities.at(i));
    EXPECT_EQ(order().lines[i].quantity, quantities.at(i));
    EXPECT_EQ(started[0].lines[i].unit_price, order().lines[i].unit_price);
    EXPECT_EQ(started[0].lines[i].product_id, order().lines[i].product_id);
  }
}

TEST_F(Orders, ARefusalNamesTheLine) {
  auto unknown = line(0, 1, "none");
  unknown.product_name.clear();
  EXPECT_EQ(place({line(1, 1), unknown}).reply->refusal->pointer, "/items/1/productID");
  EXPECT_EQ(place({line(1, 1), line(1, 1), line(1, 0)}).reply->refusal->pointer,
            "/items/2/quantity");
}

TEST_F(Orders, TheSameOrderPlacedAgainIsShownAndNotMadeAgain) {
  place({line(450, 2)});
  const auto again = place({line(1, 1)});
  EXPECT_THAT(again.save, IsEmpty());
  EXPECT_THAT(again.send, IsEmpty());
  EXPECT_TRUE(again.reply->show);
  EXPECT_EQ(order().total, 900);
}

// --- progress ---------------------------------------------------------------------------------

TEST_F(Orders, ProgressGoesForwardOrToTheEndAndNowhereElse) {
  for (const auto from : statuses) {
    for (const auto to : statuses) {
      SCOPED_TRACE(std::to_string(static_cast<int>(from)) + " to " +
                   std::to_string(static_cast<int>(to)));
      given(from);
      const bool is_over = from == completed || from == cancelled;
      if (from == to) {
        EXPECT_THAT(hear(ShowProgress{.status = to}).save, IsEmpty()) << "told twice";
        continue;
      }
      if (is_over || to < from) {
        EXPECT_THROW(hear(ShowProgress{.status = to}), std::logic_error);
        EXPECT_EQ(order().status, from);
        continue;
      }
      hear(ShowProgress{.status = to, .reason = Reason::out_of_stock});
      EXPECT_EQ(order().status, to);
      EXPECT_EQ(order().version, 5);
      EXPECT_EQ(order().reason, Reason::out_of_stock);
      ASSERT_THAT(order().history, SizeIs(2));
      EXPECT_EQ(order().history.back().status, to);
      EXPECT_EQ(order().history.back().version, 5);
      EXPECT_EQ(order().history.back().at, now);
      EXPECT_TRUE(to <= paid || order().queue_position == 0);
    }
  }
}

TEST_F(Orders, TheCustomerIsToldOfThreeSteps) {
  struct Row {
    OrderStatus from;
    OrderStatus to;
    std::optional<NoticeKind> kind;
  };
  for (const auto& [from, to, kind] :
       {Row{pending, waiting_payment, std::nullopt}, Row{waiting_payment, paid, NoticeKind::paid},
        Row{paid, preparing, std::nullopt}, Row{preparing, ready, std::nullopt},
        Row{ready, delivering, std::nullopt}, Row{delivering, completed, NoticeKind::completed},
        Row{pending, cancelled, NoticeKind::cancelled}}) {
    given(from, {.email = "n@example.org"});
    const auto announced = told<OrderAnnounced>(hear(ShowProgress{.status = to}));
    ASSERT_THAT(announced, SizeIs(kind ? 1 : 0)) << static_cast<int>(to);
    if (!kind) continue;
    EXPECT_EQ(announced[0].kind, *kind);
    EXPECT_EQ(announced[0].total, 900);
    EXPECT_EQ(announced[0].summary, "2 × Item");
  }
}

TEST_F(Orders, WhoComesForTheirMealIsToldThatItIsReady) {
  given(preparing, {.email = "n@example.org"});
  auto fetched = order();
  fetched.saga = "pickup";
  records.keep(make_record(std::move(fetched)));
  const auto announced = told<OrderAnnounced>(hear(ShowProgress{.status = ready}));
  ASSERT_THAT(announced, SizeIs(1));
  EXPECT_EQ(announced[0].kind, NoticeKind::ready);
}

TEST_F(Orders, WhoLeftNoAddressIsNotToldAndTheOrderSaysSo) {
  given(waiting_payment, {.name = "N"});
  EXPECT_THAT(told<OrderAnnounced>(hear(ShowProgress{.status = paid})), IsEmpty());
  ASSERT_THAT(order().notices, SizeIs(2));
  for (const auto& notice : order().notices) {
    EXPECT_EQ(notice.kind, NoticeKind::paid);
    EXPECT_EQ(notice.status, NoticeStatus::skipped_no_address);
  }
  hear(ShowProgress{.status = preparing});
  EXPECT_THAT(order().notices, SizeIs(2));
}

TEST_F(Orders, AnOrdersTimeDoesNotRunBackwards) {
  given(pending);
  now = start - Duration{60'000};
  hear(ShowProgress{.status = waiting_payment});
  EXPECT_EQ(order().history.back().at, start);
  EXPECT_EQ(order().updated_at, start);
}

TEST_F(Orders, WhatIsToldOfAnOrderThatIsNotThereIsSetAside) {
  EXPECT_THROW(hear(ShowProgress{.status = paid}), std::runtime_error);
  EXPECT_THROW(hear(PaymentChanged{}), std::runtime_error);
  EXPECT_THROW(hear(OrderPromised{}), std::runtime_error);
  EXPECT_THROW(hear(CancellationRefused{}), std::runtime_error);
}

// --- cancelling -------------------------------------------------------------------------------

TEST_F(Orders, ACustomerCancelsUntilTheKitchenHasStarted) {
  for (const auto status : statuses) {
    SCOPED_TRACE(static_cast<int>(status));
    given(status);
    const auto decision = hear(CancelOrder{.customer_id = "c1"});
    const bool is_in_time = status < preparing;
    ASSERT_TRUE(decision.reply);
    EXPECT_EQ(decision.reply->refusal.has_value(), !is_in_time && status != cancelled);
    if (decision.reply->refusal) {
      EXPECT_EQ(decision.reply->refusal->kind, ErrorKind::conflict);
    }
    EXPECT_EQ(order().cancel_requested, is_in_time);
    EXPECT_EQ(order().status, status) << "the saga says when it is undone";
    ASSERT_THAT(told<CancelSaga>(decision), SizeIs(is_in_time ? 1 : 0));
    if (is_in_time) {
      EXPECT_EQ(told<CancelSaga>(decision)[0].reason, Reason::customer_request);
    }
  }
}

TEST_F(Orders, ACancellationIsAskedForOnceAndMayBeAskedForAgainAfterARefusal) {
  given(paid);
  hear(CancelOrder{.customer_id = "c1"});
  EXPECT_THAT(told<CancelSaga>(hear(CancelOrder{.customer_id = "c1"})), IsEmpty());
  hear(CancellationRefused{});
  EXPECT_FALSE(order().cancel_requested);
  EXPECT_THAT(told<CancelSaga>(hear(CancelOrder{.customer_id = "c1"})), SizeIs(1));
  hear(ShowProgress{.status = preparing});
  EXPECT_TRUE(hear(CancelOrder{.customer_id = "c1"}).reply->refusal) << "the cook was faster";
}

TEST_F(Orders, ACancellationMaySayWhichVersionItHasSeen) {
  given(paid);
  const auto stale = hear(CancelOrder{.customer_id = "c1", .versions = {3, -1}});
  EXPECT_EQ(stale.reply->refusal->kind, ErrorKind::stale);
  EXPECT_FALSE(order().cancel_requested);
  hear(CancelOrder{.customer_id = "c1", .versions = {3, 4}});
  EXPECT_TRUE(order().cancel_requested);
}

TEST_F(Orders, OnlyItsCustomerAndTheOperatorMayCancel) {
  given(pending);
  EXPECT_EQ(hear(CancelOrder{.customer_id = "c2"}).reply->refusal->kind, ErrorKind::not_found);
  EXPECT_FALSE(order().cancel_requested);
  const auto by_operator = told<CancelSaga>(hear(CancelOrder{}));
  ASSERT_THAT(by_operator, SizeIs(1));
  EXPECT_EQ(by_operator[0].reason, Reason::operator_request);
}

TEST_F(Orders, AFaceCancelsItsOwnOrdersOnly) {
  given(pending);
  const auto foreign = hear(CancelOrder{.face = Face::coordinator});
  EXPECT_EQ(foreign.reply->refusal->kind, ErrorKind::not_found);
  auto own = order();
  own.face = Face::coordinator;
  records.keep(make_record(std::move(own)));
  EXPECT_EQ(hear(CancelOrder{.customer_id = "c1"}).reply->refusal->kind, ErrorKind::not_found);
  const auto cancelled_by = told<CancelSaga>(hear(CancelOrder{.face = Face::coordinator}));
  ASSERT_THAT(cancelled_by, SizeIs(1));
  EXPECT_EQ(cancelled_by[0].reason, Reason::customer_request);
}

TEST_F(Orders, WhatIsOverIsNotBeingCancelledAnyMore) {
  for (const auto end : {completed, cancelled}) {
    given(paid);
    hear(CancelOrder{.customer_id = "c1"});
    hear(ShowProgress{.status = end});
    EXPECT_FALSE(order().cancel_requested);
  }
}

// --- what its page shows ----------------------------------------------------------------------

TEST_F(Orders, APaymentsLinkStaysWhenItsStatusChanges) {
  given(pending);
  hear(PaymentChanged{.status = PaymentStatus::link_ready, .link = "https://pay"});
  hear(PaymentChanged{.status = PaymentStatus::captured});
  EXPECT_EQ(order().payment, PaymentStatus::captured);
  EXPECT_EQ(order().payment_link, "https://pay");
  EXPECT_EQ(order().version, 6);
}

TEST_F(Orders, ALinkThatIsClosedIsNotShownWhileAnotherIsMade) {
  given(pending);
  hear(PaymentChanged{.status = PaymentStatus::link_ready, .link = "https://pay/1"});
  hear(PaymentChanged{.status = PaymentStatus::requested});
  EXPECT_EQ(order().payment_link, "");
  hear(PaymentChanged{.status = PaymentStatus::link_ready, .link = "https://pay/2"});
  EXPECT_EQ(order().payment_link, "https://pay/2");
}

TEST_F(Orders, ThePlaceInTheQueueIsShownWhileItWaitsThereThoughThePromiseIsMissed) {
  for (const auto status : statuses) {
    given(status);
    const std::int64_t place = status <= paid ? 3 : 0;
    hear(OrderPromised{.promised_at = start, .queue_position = 3});
    EXPECT_EQ(order().queue_position, place) << static_cast<int>(status);
    EXPECT_FALSE(order().promise_missed);
    hear(OrderPromised{.promised_at = start, .missed = true});
    EXPECT_EQ(order().queue_position, place) << "and missed " << static_cast<int>(status);
    EXPECT_TRUE(order().promise_missed);
    EXPECT_EQ(order().promised_at, start);
  }
}

TEST_F(Orders, APromiseThatOvertakesTheProgressIsKept) {
  given(pending);
  hear(OrderPromised{.promised_at = start, .queue_position = 3});
  for (const auto status : {waiting_payment, paid}) hear(ShowProgress{.status = status});
  EXPECT_EQ(order().queue_position, 3);
  hear(ShowProgress{.status = preparing});
  EXPECT_EQ(order().queue_position, 0);
}

TEST_F(Orders, EachNoticeIsShownOnceAsItStandsLast) {
  given(paid);
  const NoticeSummary mail{.kind = NoticeKind::paid, .channel = Channel::email};
  auto sent = mail;
  sent.status = NoticeStatus::sent;
  hear(NoticesChanged{.notices = {mail, {.kind = NoticeKind::paid, .channel = Channel::sms}}});
  hear(NoticesChanged{.notices = {sent}});
  ASSERT_THAT(order().notices, SizeIs(2));
  EXPECT_EQ(order().notices[0].status, NoticeStatus::sent);
  EXPECT_EQ(order().notices[1].status, NoticeStatus::pending);
}

}  // namespace
}  // namespace oms::orders
