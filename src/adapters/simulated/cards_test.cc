#include "adapters/simulated/cards.h"

#include <gtest/gtest.h>

namespace oms::simulated {
namespace {

TEST(Cards, AreThoseOfStripe) {
  EXPECT_EQ(card_of_number("4242424242424242")->result, CardResult::charged);
  EXPECT_EQ(card_of_number("5555 5555 5555 4444")->brand, "mastercard");
  EXPECT_EQ(card_of_number("3782-822463-10005")->brand, "amex");
  EXPECT_EQ(card_of_number("4000000000000002")->code, "generic_decline");
  EXPECT_EQ(card_of_number("4000000000009995")->code, "insufficient_funds");
  EXPECT_EQ(card_of_number("4000000000000408")->result, CardResult::answer_lost);
}

TEST(Cards, KeepOnlyTheLastFourDigits) {
  EXPECT_EQ(card_of_number("4242424242424242")->last4, "4242");
  EXPECT_EQ(card_of_token("tok_amex")->last4, "0005");
}

TEST(Cards, ThatAreRealAreDeclined) {
  const auto card = card_of_number("4111111111111111");
  EXPECT_EQ(card->result, CardResult::declined);
  EXPECT_EQ(card->code, "test_mode_live_card");
}

TEST(Cards, NeedAGoodCheckDigit) {
  for (const auto number : {"", "4242424242424241", "4242", "42424242424242424242424242", "abc",
                            "4242424242424242x", "0"}) {
    const auto card = card_of_number(number);
    ASSERT_FALSE(card) << number;
    EXPECT_EQ(card.error().kind, ErrorKind::unprocessable);
  }
}

TEST(Tokens, StandForTestCards) {
  EXPECT_EQ(tokenize("4242424242424242"), "tok_visa");
  EXPECT_EQ(card_of_token(*tokenize("4000000000000002"))->code, "generic_decline");
  EXPECT_EQ(card_of_token("pm_card_visa")->result, CardResult::charged);
  EXPECT_FALSE(card_of_token("tok_gold"));
  EXPECT_FALSE(tokenize("4111111111111111"));
  EXPECT_FALSE(tokenize("1"));
}

}  // namespace
}  // namespace oms::simulated
