// What others may follow of an order, from its beginning to its end, in every wiring.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "messages/cloud_event.h"
#include "messages/events.h"
#include "messages/trace.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using enum EventType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PublicEvents : public ::testing::TestWithParam<Wiring> {
 protected:
  std::vector<EventType> types(ServiceName source, const std::string& subject) const {
    std::vector<EventType> found;
    for (const auto& event : world.events) {
      if (event.source == source && event.subject == subject) found.push_back(event.type);
    }
    return found;
  }

  World world{{}, GetParam()};
  const Id order = world.new_id();
};

INSTANTIATE_TEST_SUITE_P(Wirings, PublicEvents, ::testing::Values(Wiring::together, Wiring::apart),
                         [](const auto& wiring) {
                           return wiring.param == Wiring::together ? "together" : "apart";
                         });

TEST_P(PublicEvents, TellOfEachStepOnce) {
  world.events.clear();
  ASSERT_TRUE(world.place(order, "c1", {{"1", 2}}));
  world.pay(order);
  world.wait(std::chrono::seconds{20});
  const auto id = order.text();
  auto steps = types(ServiceName::orders, id);
  std::erase(steps, order_updated);
  EXPECT_THAT(steps, ElementsAre(order_created, order_waiting_payment, order_paid, order_preparing,
                                 order_ready, order_delivering, order_completed));
  EXPECT_THAT(types(ServiceName::payments, id), ElementsAre(payment_completed));
  EXPECT_THAT(types(ServiceName::stock, id), ElementsAre(inventory_updated, inventory_updated));
  EXPECT_THAT(types(ServiceName::stock, "1"), ElementsAre(inventory_level, inventory_level));
  EXPECT_THAT(types(ServiceName::kitchen, id), IsEmpty());
}

TEST_P(PublicEvents, AreNumberedBySourceAndSubjectAndInTheOrdersTrace) {
  ASSERT_TRUE(world.place(order, "c1", {{"1", 2}}));
  world.pay(order);
  world.wait(std::chrono::seconds{20});
  std::map<std::pair<ServiceName, std::string>, std::int64_t> last;
  for (const auto& event : world.events) {
    EXPECT_GT(event.number, std::exchange(last[{event.source, event.subject}], event.number))
        << public_name(event.type);
    EXPECT_NE(event.time, Time{});
    if (event.subject != order.text()) continue;
    EXPECT_EQ(event.trace.trace_id, order_trace(order).trace_id) << public_name(event.type);
    EXPECT_NE(event.trace.span_id, Trace{}.span_id);
  }
}

TEST_P(PublicEvents, TellOfMoneyOfWhichNothingIsKept) {
  world.events.clear();
  EXPECT_TRUE(world.tell(
      order,
      {.word = ProviderWord::dispute, .amount = 450, .currency = "usd", .subject_id = "dp_1"}));
  ASSERT_THAT(types(ServiceName::payments, order.text()), ElementsAre(payment_unknown));
  EXPECT_EQ(world.events.back().number, 0) << "no row counts them";
  EXPECT_NE(world.events.back().time, Time{});
}

// Apart they are kept with the commit that they tell of, until the broker has them.
class EventsOutside : public ::testing::Test {
 protected:
  std::vector<std::string> types_of(const std::string& subject, const std::string& source) const {
    std::vector<std::string> types;
    for (const auto& text : world.broker.announced) {
      const auto head = read_cloud_event_head(text);
      if (head && head->subject == subject && head->source == source) types.push_back(head->type);
    }
    return types;
  }

  World world{{}, Wiring::apart};
  const Id order = world.new_id();
};

TEST_F(EventsOutside, TellOfEachStepOnceAndInOrder) {
  ASSERT_TRUE(world.place(order, "c1", {{"1", 2}}));
  world.pay(order);
  world.wait(std::chrono::seconds{20});
  auto steps = types_of(order.text(), "/oms/orders");
  std::erase(steps, "order.updated");
  EXPECT_THAT(steps,
              ElementsAre("order.created", "order.waiting_payment", "order.paid", "order.preparing",
                          "order.ready", "order.delivering", "order.completed"));
  EXPECT_THAT(types_of(order.text(), "/oms/payments"), ElementsAre("payment.completed"));
  EXPECT_THAT(types_of(order.text(), "/oms/stock"),
              ElementsAre("inventory.updated", "inventory.updated"));
  EXPECT_THAT(types_of("1", "/oms/stock"), ElementsAre("inventory.level", "inventory.level"));
}

TEST_F(EventsOutside, AreKeptWhileTheBrokerIsAwayAndWhoeverHasMadeThemDies) {
  ASSERT_TRUE(world.place(order, "c1", {{"1", 2}}));
  world.pay(order);
  world.broker.is_down = true;
  world.broker.announced.clear();
  ASSERT_TRUE(world.send({}, SetItem{.product_id = "2", .on_hand = 5}));
  world.wait(std::chrono::seconds{20});
  EXPECT_THAT(world.broker.announced, IsEmpty());
  for (const auto service : {ServiceName::orders, ServiceName::stock, ServiceName::kitchen}) {
    world.crash(service);
  }
  world.broker.is_down = false;
  world.wait(std::chrono::minutes{2});
  auto steps = types_of(order.text(), "/oms/orders");
  EXPECT_THAT(steps, ::testing::Contains("order.completed"));
  EXPECT_THAT(types_of("2", "/oms/stock"), ::testing::Contains("inventory.low"));
}

TEST_F(EventsOutside, TellOfOtherLines) {
  ASSERT_TRUE(world.place(order, "c1", {{"1", 2}}));
  ASSERT_TRUE(world.send(order, ReviseOrder{.customer_id = "c1", .lines = {{"1", 3}}}));
  world.wait(std::chrono::seconds{5});
  EXPECT_THAT(types_of(order.text(), "/oms/orders"), ::testing::Contains("order.revised"));
}

TEST_F(EventsOutside, TellOfMoneyOfWhichNothingIsKept) {
  EXPECT_TRUE(world.tell(
      order,
      {.word = ProviderWord::dispute, .amount = 450, .currency = "usd", .subject_id = "dp_1"}));
  EXPECT_THAT(types_of(order.text(), "/oms/payments"), ElementsAre("payment.unknown"));
}

// A dispute of a payment that names no order of ours.
TEST_F(EventsOutside, TellOfMoneyThatIsNoOrders) {
  EXPECT_TRUE(world.tell(
      Id{},
      {.word = ProviderWord::dispute, .amount = 450, .currency = "usd", .subject_id = "dp_1"}));
  EXPECT_THAT(types_of(Id{}.text(), "/oms/payments"), ElementsAre("payment.unknown"));
  EXPECT_TRUE(world.place(order, "c1", {{"1", 2}})) << "it goes on";
}

}  // namespace
}  // namespace oms::testing
