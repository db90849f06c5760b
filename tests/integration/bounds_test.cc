#include <gtest/gtest.h>

#include <limits>

#include "tests/support/world.h"

namespace oms::testing {
namespace {

constexpr auto huge = std::numeric_limits<std::int64_t>::max();

std::string refusal(World& world, Payload payload) {
  const auto answer = world.send({}, std::move(payload));
  return answer ? "taken" : answer.error().pointer + ": " + answer.error().detail;
}

TEST(Bounds, ARefusalNamesTheOneThatWasPassed) {
  World world;
  EXPECT_EQ(refusal(world, RestockItem{.product_id = "1", .quantity = huge}),
            "/quantity: the quantity is 1 to 1000000000000");
  EXPECT_EQ(refusal(world, RestockItem{.product_id = "1", .quantity = 1'000'000'000'000}),
            "/quantity: a shelf holds at most 1000000000000: there is room for 999999999000 more");
  EXPECT_EQ(refusal(world, SetItem{.product_id = "1", .on_hand = huge}),
            "/onHand: the stock on hand is 0 to 1000000000000");
  const auto price =
      "/price: the price is 1 to 1000000000000 minor units: what costs nothing "
      "cannot be paid for";
  EXPECT_EQ(refusal(world, SetItem{.product_id = "1", .price = huge}), price);
  EXPECT_EQ(refusal(world, SetItem{.product_id = "1", .price = 0}), price);
  EXPECT_EQ(refusal(world, SetItem{.product_id = "1", .price = 1'000'000'000'000}), "taken");
  const auto placed = world.place(world.new_id(), "c1", {{"1", huge}});
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().detail, "the quantity is 1 to 1000000");
}

}  // namespace
}  // namespace oms::testing
