#include "edge/card_number.h"

#include <gtest/gtest.h>

namespace oms::edge {
namespace {

TEST(CardNumber, IsFoundWhereverItStands) {
  for (const auto* text :
       {"4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242",
        "378282246310005", "30569309025904", "4222222222222", "6304000000000000000",
        "my card is 4242 4242 4242 4242, thanks", "card4242424242424242x",
        "4242424242424242 12/30 123", "12 4242424242424242", "4242424242424242@example.com",
        "Zo\u00eb 4242424242424242"}) {
    EXPECT_TRUE(holds_card_number(text)) << text;
  }
}

TEST(CardNumber, IsNoOtherNumber) {
  for (const auto* text :
       {"", "1234", "4242424242424241", "424242424242", "42424242424242424242", "1700000000000",
        "0049 171 1234567", "tok_visa", "4242\u00d74242", "ring 2x, floor 4, door 12-14"}) {
    EXPECT_FALSE(holds_card_number(text)) << text;
  }
}

TEST(CardNumber, IsNotRepeatedInItsRefusal) {
  const auto refused = refuse_card_number("4242424242424242", "/note");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/note");
  EXPECT_FALSE(refused.error().detail.contains("42"));
  EXPECT_TRUE(refuse_card_number("no onions", "/note"));
}

}  // namespace
}  // namespace oms::edge
