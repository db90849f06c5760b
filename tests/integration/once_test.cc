#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oms::testing {
namespace {

PlaceOrder cheese(std::int64_t quantity) {
  return {.customer_id = "c1", .saga = "food", .lines = {{"1", quantity}}, .customer = {}};
}

Once once(const char* fingerprint) {
  return {.key = ShortText{"c1-place-key"}, .fingerprint = fingerprint};
}

TEST(IdempotencyKey, TheSameKeyAndBodyIsTheSameOrderAndTheSameAnswer) {
  World world;
  const auto first = world.send(world.new_id(), cheese(2), once("two"));
  world.wait(std::chrono::seconds{1});
  const auto second = world.send(world.new_id(), cheese(2), once("two"));
  ASSERT_TRUE(first && second);
  const auto* a = first->as<orders::Order>();
  const auto* b = second->as<orders::Order>();
  EXPECT_EQ(a->id, b->id);
  EXPECT_EQ(a->version, b->version) << "as it was shown then, not as it is now";
  EXPECT_EQ(a->status, b->status);
  EXPECT_EQ(world.all<orders::Order>().size(), 1U);
}

TEST(IdempotencyKey, AnotherBodyIsRefused) {
  World world;
  ASSERT_TRUE(world.send(world.new_id(), cheese(2), once("two")));
  const auto second = world.send(world.new_id(), cheese(3), once("three"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unprocessable);
  EXPECT_EQ(world.all<orders::Order>().size(), 1U);
}

TEST(IdempotencyKey, ARefusalMayBeMendedAndTriedAgain) {
  World world;
  ASSERT_FALSE(world.send(world.new_id(), cheese(0), once("none")));
  EXPECT_TRUE(world.send(world.new_id(), cheese(1), once("one")));
}

TEST(Commit, AConflictIsDecidedAgain) {
  World world;
  world.store.fail_next_commit = Error{ErrorKind::conflict, "another process was quicker"};
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
  EXPECT_EQ(world.get<orders::Order>(id.text())->status, OrderStatus::waiting_payment);
  EXPECT_EQ(world.get<stock::Item>("1")->reserved, 2);
}

TEST(Commit, AFullDiskIsToldAndLeavesNothing) {
  World world;
  world.store.fail_next_commit = Error{ErrorKind::unavailable, "the disk is full"};
  const auto id = world.new_id();
  const auto answer = world.place(id, "c1", {{"1", 2}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(world.get<orders::Order>(id.text()), nullptr);
  EXPECT_TRUE(world.asked.empty()) << "no effect of what was not committed";
  EXPECT_TRUE(world.place(world.new_id(), "c1", {{"1", 2}})) << "and it heals by itself";
}

TEST(DeadLetters, WhatNoRuleCanDecideIsSetAsideAndTheRestStands) {
  World world;
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
  EXPECT_FALSE(world.send(id, ProviderEvent{.event_id = "evt_odd",
                                            .session_id = "cs_" + id.text(),
                                            .word = ProviderWord::paid,
                                            .amount = 1,  // not what was asked for
                                            .currency = "usd"}));
  const auto letters = world.all<runtime::DeadLetter>();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_NE(letters[0].reason.find("is about 1, the payment is of 900 usd"), std::string::npos);
  EXPECT_EQ(world.get<orders::Order>(id.text())->status, OrderStatus::waiting_payment);
}

TEST(DeadLetters, APoisonousMessageToldTwiceHoldsNobodyUp) {
  World world;
  const auto id = world.new_id();
  const Message poison{.id = world.new_id(),
                       .order_id = id,
                       .payload = ProviderEvent{.event_id = "evt", .session_id = "cs"}};
  world.deliver(poison);
  world.deliver(poison);
  EXPECT_EQ(world.all<runtime::DeadLetter>().size(), 1U);
  EXPECT_TRUE(world.place(world.new_id(), "c1", {{"1", 2}}));
}

TEST(DeadLetters, AreReplayedByTheOperator) {
  World world;
  const auto stray = world.new_id();
  EXPECT_FALSE(world.send(stray, StepAnswer{.ref = {.step = "prepare"}}));
  ASSERT_EQ(world.all<runtime::DeadLetter>().size(), 1U);
  const auto letter = world.all<runtime::DeadLetter>()[0];
  EXPECT_TRUE(world.send(stray, SettleDeadLetter{.id = letter.id}));
  const auto again = world.all<runtime::DeadLetter>();
  ASSERT_EQ(again.size(), 1U) << "it still cannot be decided, so it is back";
  EXPECT_NE(again[0].id, letter.id);
  EXPECT_TRUE(world.send(
      stray, SettleDeadLetter{.id = again[0].id, .action = SettleDeadLetter::Action::drop}));
  EXPECT_TRUE(world.all<runtime::DeadLetter>().empty());
}

TEST(Webhooks, ARepeatedOneChangesNothing) {
  World world;
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
  const ProviderEvent paid{.event_id = "evt_1",
                           .session_id = "cs_" + id.text(),
                           .word = ProviderWord::paid,
                           .amount = 900,
                           .currency = "usd"};
  EXPECT_TRUE(world.send(id, paid));
  const auto rows = world.store.rows;
  EXPECT_TRUE(world.send(id, paid));
  EXPECT_EQ(world.store.rows, rows);
}

TEST(Undo, ThatComesBeforeItsDoLeavesATombstone) {
  World world;
  const auto id = world.new_id();
  EXPECT_TRUE(world.send(id, ReleaseStock{.ref = {.step = "reserve_stock", .attempt = 1}}));
  EXPECT_TRUE(world.send(id, ReserveStock{.ref = {.step = "reserve_stock", .attempt = 1},
                                          .customer_id = "c1",
                                          .lines = {{.product_id = "1", .quantity = 2}}}));
  EXPECT_EQ(world.get<stock::Reservation>(id.text())->state, stock::ReservationState::released);
  EXPECT_EQ(world.get<stock::Item>("1")->reserved, 0);
}

// The look was answered when the link was open; by the time the answer comes it is closed.
TEST(Once, AnOldAnswerOfTheProviderDoesNotHurryTheLastLook) {
  World world;
  const auto order = world.new_id();
  ASSERT_TRUE(world.place(order, "c1", {{.product_id = "1", .quantity = 2}}));
  world.tell_expired(order);
  world.deliver({.id = world.new_id(),
                 .order_id = order,
                 .payload = PaymentOutcome{.kind = PaymentOperation::Kind::look_up,
                                           .result = PaymentOutcome::Result::done,
                                           .word = ProviderWord::open}});
  world.wait(std::chrono::minutes{10});
  world.pay(order, false);
  world.wait(std::chrono::hours{8});
  EXPECT_EQ(world.get<payments::Payment>(order.text())->status, PaymentStatus::refunded);
}

}  // namespace
}  // namespace oms::testing
