#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

const std::string card =
    R"({"cardNumber":"4242424242424242","expiryDate":"12/30","cvv":"123","name":"Zoë"})";

Request ask(std::string body) {
  auto tokenizing = settings();
  tokenizing.tokenize = [](const CardDetails& details) -> Result<std::string> {
    if (details.number == "4242424242424242") return "tok_1";
    return fail(ErrorKind::unprocessable, "this is no card");
  };
  return std::move(
      Request{"POST", "/api/payment-tokens", std::move(body)}.under(std::move(tokenizing)));
}

TEST(PaymentTokens, AreTheProvidersForACard) {
  const auto answer = ask(card).answer();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, R"({"token":"tok_1"})");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
}

TEST(PaymentTokens, AreRefusedWithoutRepeatingTheCard) {
  const auto none =
      ask(R"({"cardNumber":"4999","expiryDate":"12/30","cvv":"123","name":"Zoë"})").answer();
  EXPECT_EQ(none.status, 422);
  EXPECT_TRUE(none.body.contains(R"("pointer":"#/cardNumber")")) << none.body;
  EXPECT_FALSE(none.body.contains("4999")) << none.body;
  EXPECT_EQ(ask(R"({"cardNumber":"4242424242424242"})").answer().status, 400);
  EXPECT_EQ(ask("{}").answer().status, 400);
}

TEST(PaymentTokens, ComeFromTheProvidersOwnFormWhereItTakesNoCards) {
  const auto answer = Request("POST", "/api/payment-tokens", card).answer();
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(answer.body.contains("have its form turn the card into a token")) << answer.body;
}

}  // namespace
}  // namespace oms::edge
