// What others may follow of an order, from its beginning to its end, in every wiring.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

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

}  // namespace
}  // namespace oms::testing
