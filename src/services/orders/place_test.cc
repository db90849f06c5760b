#include "services/orders/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::orders {
namespace {

const Id order_id{Id::Bytes{0x65, 1}};

struct Wish {
  PlaceOrder place{.customer_id = "c1", .saga = "food", .lines = {{"a", 1}, {"b", 2}}};
  Quote quote{.lines = {{.product_id = "a", .product_name = "A", .quantity = 1, .unit_price = 450},
                        {.product_id = "b", .product_name = "B", .quantity = 2, .unit_price = 99}},
              .currency = "usd",
              .available = {10, 10},
              .currencies = {"jpy", "jpy"}};
};

TEST(PlacedOrder, HasTheCurrencyOfItsLines) {
  const Wish wish;
  const auto order = accept(wish.place, order_id, wish.quote, Time{});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->currency, "jpy");
  EXPECT_EQ(order->total, 648);
}

TEST(PlacedOrder, HasOneCurrency) {
  Wish wish;
  wish.quote.currencies = {"usd", "eur"};
  for (const auto* saga : {"food", "supply"}) {
    wish.place.saga = saga;
    const auto order = accept(wish.place, order_id, wish.quote, Time{});
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().kind, ErrorKind::unprocessable);
    EXPECT_EQ(order.error().detail,
              "'B' is sold in eur, and 'A' in usd: an order has one currency");
    EXPECT_EQ(order.error().pointer, "/items/1/productID");
  }
}

TEST(PlacedOrder, FollowsASagaThatLeadsToAnEnd) {
  Wish wish;
  for (const auto* saga : {"food", "pickup", "checkout", "prepaid", "supply"}) {
    wish.place.saga = saga;
    EXPECT_TRUE(accept(wish.place, order_id, wish.quote, Time{})) << saga;
  }
  for (const auto* saga : {"", "nonsense", "refund", "revise_paid"}) {
    wish.place.saga = saga;
    const auto order = accept(wish.place, order_id, wish.quote, Time{});
    ASSERT_FALSE(order) << saga;
    EXPECT_EQ(order.error().kind, ErrorKind::invalid);
    EXPECT_EQ(order.error().pointer, "/saga");
    EXPECT_THAT(order.error().detail, testing::EndsWith("food, pickup, checkout, prepaid, supply"));
  }
}

}  // namespace
}  // namespace oms::orders
