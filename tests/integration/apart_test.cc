// Services that live apart: what goes between them goes once and in order, whatever the broker
// does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/correspondence.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using ::testing::IsEmpty;

const RequestedLine two_cheeses{.product_id = "1", .quantity = 2};

OrderStatus status_of(World& world, const Id& order) {
  return world.get<orders::Order>(order.text())->status;
}

TEST(Apart, AnOrderEndsThoughTheBrokerBringsAllTwiceAndTheLastFirst) {
  World world{{}, Wiring::apart};
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.pay(order);
  world.wait(std::chrono::seconds{20});
  EXPECT_EQ(status_of(world, order), OrderStatus::completed);
  EXPECT_EQ(world.get<stock::Item>("1")->reserved, 0);
  world.wait(std::chrono::minutes{1});
  for (const auto& about : world.all<runtime::Correspondence>()) {
    for (const auto& with : about.channels) {
      EXPECT_THAT(with.unsent, IsEmpty());
      EXPECT_THAT(with.early, IsEmpty());
    }
    EXPECT_FALSE(about.due) << "there is nothing to look after";
  }
}

TEST(Apart, WhileTheBrokerIsDownOrdersAreTakenAndGoOnLater) {
  World world{{}, Wiring::apart};
  world.broker.is_down = true;
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.wait(std::chrono::seconds{30});
  EXPECT_EQ(status_of(world, order), OrderStatus::pending);
  world.broker.is_down = false;
  world.wait(std::chrono::seconds{10});
  EXPECT_EQ(status_of(world, order), OrderStatus::waiting_payment);
}

// The next process publishes what the dead one has committed and left unsent.
TEST(Apart, AServiceThatDiesBeforeItPublishesLosesNothing) {
  World world{{}, Wiring::apart};
  world.broker.is_down = true;
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.crash(ServiceName::orders);
  world.broker.is_down = false;
  world.wait(std::chrono::seconds{20});
  EXPECT_EQ(status_of(world, order), OrderStatus::waiting_payment);
}

TEST(Apart, EveryServiceMayDieAtAnyTimeAndTheOrderEnds) {
  for (const auto service :
       {ServiceName::orders, ServiceName::stock, ServiceName::payments, ServiceName::kitchen,
        ServiceName::delivery, ServiceName::notifications, ServiceName::coordinator}) {
    World world{{}, Wiring::apart};
    const auto order = world.new_id();
    ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
    world.crash(service);
    world.wait(std::chrono::seconds{1});
    world.pay(order);
    world.crash(service);
    world.wait(std::chrono::seconds{40});
    EXPECT_EQ(status_of(world, order), OrderStatus::completed)
        << boost::describe::enum_to_string(service, "");
  }
}

// The kitchen begins, the customer cancels, and neither hears of the other.
TEST(Apart, ACancellationThatMeetsTheKitchensBeginningComesTooLate) {
  process::Settings by_hand;
  by_hand.kitchen.by_hand = true;
  World world{by_hand, Wiring::apart};
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.pay(order);
  world.broker.is_down = true;
  ASSERT_TRUE(world.send(order, HandleTicket{.action = HandleTicket::Action::accept}));
  ASSERT_TRUE(world.send(order, HandleTicket{.action = HandleTicket::Action::ready}));
  ASSERT_TRUE(world.send(order, CancelOrder{.customer_id = "c1"}));
  EXPECT_TRUE(world.get<orders::Order>(order.text())->cancel_requested);
  world.broker.is_down = false;
  world.wait(std::chrono::seconds{60});
  EXPECT_EQ(status_of(world, order), OrderStatus::completed);
  EXPECT_FALSE(world.get<orders::Order>(order.text())->cancel_requested);
  EXPECT_EQ(world.get<payments::Payment>(order.text())->refunded, 0);
}

TEST(Apart, ThatItIsTooLateMayBeSaidAgain) {
  process::Settings by_hand;
  by_hand.kitchen.by_hand = true;
  World world{by_hand};
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.pay(order);
  ASSERT_TRUE(world.send(order, HandleTicket{.action = HandleTicket::Action::accept}));
  for (int i = 0; i < 2; ++i) {
    world.deliver({.id = world.new_id(),
                   .order_id = order,
                   .payload = StepAnswer{.ref = {.step = "prepare", .attempt = 2},
                                         .result = StepAnswer::Result::too_late}});
  }
  EXPECT_EQ(status_of(world, order), OrderStatus::preparing);
}

process::Settings forgetful() {
  process::Settings settings;
  settings.retention_hours = 24;
  settings.refund_window_hours = 48;
  return settings;
}

// Each service forgets what is its own, and asks orders, which live elsewhere, which are over.
TEST(Apart, WhatWasSaidAboutAnOrderIsForgottenWithIt) {
  World world{forgetful(), Wiring::apart, true};
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.pay(order);
  world.wait(std::chrono::seconds{40});
  ASSERT_EQ(status_of(world, order), OrderStatus::completed);
  EXPECT_FALSE(world.all<runtime::Correspondence>().empty());

  world.clock.advance(std::chrono::hours{25});
  world.wait(std::chrono::seconds{3});
  EXPECT_EQ(world.get<kitchen::Ticket>(order.text()), nullptr);
  EXPECT_NE(world.get<payments::Payment>(order.text()), nullptr) << "a refund may come late";

  world.clock.advance(std::chrono::hours{24});
  world.wait(std::chrono::seconds{3});
  EXPECT_EQ(world.get<payments::Payment>(order.text()), nullptr);
  EXPECT_EQ(world.get<coordinator::Saga>(order.text()), nullptr);
  EXPECT_EQ(world.get<stock::Reservation>(order.text()), nullptr);
  EXPECT_THAT(world.all<runtime::Correspondence>(), IsEmpty());
  EXPECT_EQ(status_of(world, order), OrderStatus::completed) << "the order itself stays";
}

// Orders asks the others, and each erases what is its own, though it dies meanwhile.
TEST(Apart, ACustomerIsErasedEverywhere) {
  for (const auto dying : {ServiceName::orders, ServiceName::kitchen, ServiceName::delivery,
                           ServiceName::notifications, ServiceName::payments}) {
    World world{{}, Wiring::apart, true};
    const auto order = world.new_id();
    ASSERT_TRUE(world.send(
        order, PlaceOrder{.customer_id = "c1",
                          .saga = "food",
                          .lines = {{.product_id = "1", .quantity = 2, .note = "for Ada"}},
                          .customer = {.name = "Ada", .email = "ada@example.org"},
                          .address = {.lines = {"Ada's house"}, .city = "Ulm"},
                          .note = "call Ada"}));
    world.pay(order);
    world.wait(std::chrono::seconds{40});
    ASSERT_EQ(status_of(world, order), OrderStatus::completed);
    world.broker.is_down = true;
    ASSERT_TRUE(world.send(world.new_id(), EraseCustomer{.customer_id = "c1"}));
    world.wait(std::chrono::seconds{3});
    world.crash(dying);
    EXPECT_FALSE(world.get<orders::ErasedCustomer>("c1")->erased_at);
    world.broker.is_down = false;
    world.wait(std::chrono::seconds{30});
    EXPECT_TRUE(world.get<orders::ErasedCustomer>("c1")->erased_at);
    const auto id = order.text();
    EXPECT_FALSE(make_record(*world.get<orders::Order>(id)).without_person());
    EXPECT_FALSE(make_record(*world.get<kitchen::Ticket>(id)).without_person());
    EXPECT_FALSE(make_record(*world.get<delivery::Delivery>(id)).without_person());
    EXPECT_FALSE(make_record(*world.get<notifications::Notices>(id)).without_person());
    EXPECT_EQ(world.get<orders::Order>(id)->total, 900) << "the books stay";
    for (const auto& about : world.all<runtime::Correspondence>()) {
      std::string text;
      type_of<runtime::Correspondence>().encode(&about, text);
      EXPECT_FALSE(text.contains("Ada")) << text;
    }
    EXPECT_THAT(world.all<runtime::ErasedSubject>(), IsEmpty());
  }
}

TEST(Apart, AnOrderIsArchivedOnceNobodyElsewhereHasAnythingToDoForIt) {
  auto settings = forgetful();
  settings.archive_days = 1;
  World world{settings, Wiring::apart, true};
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {two_cheeses}));
  world.pay(order);
  world.wait(std::chrono::seconds{40});
  world.clock.advance(std::chrono::hours{25});
  world.wait(std::chrono::seconds{3});
  EXPECT_EQ(world.get<orders::Order>(order.text()), nullptr);
  EXPECT_NE(world.get<orders::ArchivedOrder>(order.text()), nullptr);
  EXPECT_TRUE(world.archive.contains(order.text()));
}

}  // namespace
}  // namespace oms::testing
