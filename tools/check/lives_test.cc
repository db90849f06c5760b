// The lives beside that of a meal which is brought: each right as it is, and spoiled in one thing.
#include <gtest/gtest.h>

#include <initializer_list>

#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

void led_through(Sample& sample, const char* saga, std::initializer_list<OrderStatus> statuses) {
  sample.order.saga = sample.saga.main.saga = saga;
  sample.saga.main.step = sagas::find(saga)->steps.back().name;
  sample.order.history.clear();
  std::int64_t version = 0;
  for (const auto status : statuses) {
    ++version;
    sample.order.history.push_back(
        {.version = version, .status = status, .at = start + Duration{version}});
  }
  sample.order.status = sample.order.history.back().status;
}

Sample collected() {
  using enum OrderStatus;
  Sample sample;
  led_through(sample, "pickup", {pending, waiting_payment, paid, preparing, ready, completed});
  sample.delivery.status = delivery::DeliveryStatus::collected;
  sample.tell(NoticeKind::ready);
  return sample;
}

// Of two lines one was there.
Sample supplied() {
  using enum OrderStatus;
  Sample sample;
  led_through(sample, "supply", {pending, completed});
  auto& order = sample.order;
  order.face = Face::fulfilment;
  order.payment = PaymentStatus::none;
  order.notices.clear();
  order.lines[0].status = LineStatus::executed;
  order.lines.push_back({.product_id = "2",
                         .product_name = "Chocolate",
                         .quantity = 3,
                         .unit_price = 325,
                         .status = LineStatus::cancelled});
  sample.reservation.by_line = true;
  sample.reservation.units = 0;
  sample.reservation.lines.push_back({.product_id = "2"});
  sample.items.push_back({.id = "2", .initial = 1});
  sample.has_payment = sample.has_ticket = sample.has_delivery = sample.has_session = false;
  return sample;
}

Sample checked_out() {
  using enum OrderStatus;
  Sample sample;
  led_through(sample, "checkout", {pending, paid, completed});
  sample.has_ticket = sample.has_delivery = false;
  return sample;
}

Sample prepaid() {
  auto sample = checked_out();
  sample.order.saga = sample.saga.main.saga = "prepaid";
  return sample;
}

// What was there is no longer wanted, and the other line is tried again.
Sample revised() {
  auto sample = supplied();
  auto& order = sample.order;
  order.revision = orders::Revision{.change = 2, .status = ChangeStatus::done};
  order.changes = sample.saga.changes = 2;
  order.history.push_back({.version = 5,
                           .status = OrderStatus::cancelled,
                           .at = start + Duration{5},
                           .reason = Reason::customer_request});
  order.history.push_back(
      {.version = 9, .status = OrderStatus::completed, .at = start + Duration{6}});
  order.lines[0].status = LineStatus::cancelled;
  order.lines[1].status = LineStatus::executed;
  order.total = 975;
  sample.reservation.lines[0].quantity = 0;
  sample.reservation.lines[1].quantity = 3;
  sample.items = {{.id = "1", .initial = 10, .returned = 2, .committed = 2},
                  {.id = "2", .initial = 3, .committed = 3}};
  return sample;
}

TEST(EveryLife, IsRightAsItIs) {
  EXPECT_EQ(collected().broken(), "");
  EXPECT_EQ(supplied().broken(), "");
  EXPECT_EQ(revised().broken(), "");
  EXPECT_EQ(checked_out().broken(), "");
  EXPECT_EQ(prepaid().broken(), "");
}

TEST(Pickup, IsCompletedWhenItWasCollected) {
  auto sample = collected();
  sample.delivery.status = delivery::DeliveryStatus::waiting;
  EXPECT_EQ(sample.broken(), "saga_told_truly");
  sample.delivery.status = delivery::DeliveryStatus::delivered;
  EXPECT_EQ(sample.broken(), "saga_told_truly") << "nobody has brought it";
}

TEST(Supply, HasTakenWhatItsLinesShow) {
  auto sample = supplied();
  sample.order.lines[1].status = LineStatus::executed;
  sample.order.total += 975;
  EXPECT_EQ(sample.broken(), "lines_together");
  sample = supplied();
  sample.reservation.lines[1].quantity = 3;
  sample.items[1] = {.id = "2", .initial = 3, .committed = 3};
  EXPECT_EQ(sample.broken(), "lines_together");
}

TEST(Supply, CostsWhatItsExecutedLinesCost) {
  auto sample = supplied();
  sample.order.total += 975;
  EXPECT_EQ(sample.broken(), "total_frozen");
}

TEST(Supply, IsCompletedIfOneLineIsExecuted) {
  auto sample = supplied();
  sample.order.lines[0].status = LineStatus::cancelled;
  sample.order.total = 0;
  sample.reservation.lines[0].quantity = 0;
  sample.items[0].committed = 0;
  EXPECT_EQ(sample.broken(), "saga_told_truly");
  sample = supplied();
  sample.order.lines[1].status = LineStatus::pending;
  EXPECT_NE(sample.broken(), "") << "a line is left in the air";
}

TEST(Supply, MayEndOnceMoreWhenItIsChanged) {
  auto sample = revised();
  sample.order.face = Face::customers;
  sample.order.saga = sample.saga.main.saga = "food";
  EXPECT_NE(sample.broken(), "") << "a meal may not";
  sample = revised();
  sample.items[0].returned = 1;
  EXPECT_EQ(sample.broken(), "shelf_explained");
}

TEST(Supply, TellsNobody) {
  auto sample = supplied();
  sample.tell(NoticeKind::completed);
  EXPECT_EQ(sample.broken(), "notice_once");
}

TEST(Checkout, IsCompletedWhenItsMoneyWasTaken) {
  auto sample = checked_out();
  sample.payment.status = sample.order.payment = PaymentStatus::authorized;
  sample.payment.captured = sample.session.captured = 0;
  sample.session.charges = 0;
  EXPECT_EQ(sample.broken(), "money_adds_up saga_told_truly");
}

TEST(Prepaid, IsRefundedWhereItsGoodsWereShort) {
  auto sample = prepaid();
  sample.order.status = OrderStatus::cancelled;
  sample.order.reason = sample.saga.main.reason = Reason::out_of_stock;
  sample.order.history.back() = {.version = 3,
                                 .status = OrderStatus::cancelled,
                                 .at = start + Duration{3},
                                 .reason = Reason::out_of_stock};
  sample.order.notices.clear();
  sample.tell(NoticeKind::paid);
  sample.tell(NoticeKind::cancelled);
  sample.saga.main.phase = coordinator::Phase::cancelled;
  sample.saga.main.step = "charge";
  sample.saga.main.pivoted = false;
  sample.reservation = {.id = sample.order.id,
                        .customer_id = "c1",
                        .state = stock::ReservationState::refused,
                        .reason = Reason::out_of_stock};
  sample.items[0].committed = 0;
  EXPECT_EQ(sample.broken(), "money_adds_up saga_told_truly cancelled_is_empty");
  sample.payment.status = sample.order.payment = PaymentStatus::refunded;
  sample.payment.refunded = sample.session.refunded = 900;
  EXPECT_EQ(sample.broken(), "");
}

// Opened with 1,000; 900 of them were held for one order, and paid.
TEST(Account, HasWhatItsMovementsAndPaymentsHaveLeftIt) {
  using enum payments::MovementKind;
  const auto is_broken = [](const payments::Account& account, MinorUnits captured) {
    auto sample = checked_out();
    sample.payment.method = PaymentMethod::account;
    sample.payment.customer_id = "1";
    sample.payment.captured = captured;
    Auditor auditor{sample.circumstances};
    auditor.take(sample.story());
    auditor.take(payments::AccountMovement{.customer_id = "1", .kind = opened, .amount = 1'000});
    auditor.take(payments::AccountMovement{.customer_id = "1", .kind = held, .amount = 900});
    auditor.take(payments::AccountMovement{
        .customer_id = "1", .kind = payments::MovementKind::captured, .amount = 900});
    auditor.take(account);
    return auditor.findings().of(Rule::accounts_add_up).broken > 0;
  };
  EXPECT_FALSE(is_broken({.id = "1", .balance = 100, .version = 3}, 900));
  EXPECT_TRUE(is_broken({.id = "1", .balance = 200, .version = 3}, 900));
  EXPECT_TRUE(is_broken({.id = "1", .balance = 100, .held = 900, .version = 3}, 900));
  EXPECT_TRUE(is_broken({.id = "1", .balance = 100, .version = 2}, 900)) << "a movement too many";
  EXPECT_TRUE(is_broken({.id = "1", .balance = 100, .version = 3}, 0)) << "nobody has paid so much";
}

}  // namespace
}  // namespace oms::check
