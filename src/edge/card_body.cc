#include "edge/card_body.h"

#include "edge/card_number.h"
#include "edge/words.h"

namespace oms::edge {

Result<std::string> token_of(const CardBody& card, const Tokenize& tokenize,
                             std::string_view pointer) {
  if (!tokenize) {
    return fail(
        ErrorKind::unprocessable,
        "this shop's payment provider takes no card numbers from others: have its form turn "
        "the card into a token, and order at /api/customers/{customerID}/orders with "
        "\"type\":\"checkout\" and that paymentToken",
        std::string{pointer});
  }
  auto token = tokenize({.holder = card.name,
                         .number = card.card_number,
                         .expiry = card.expiry_date,
                         .cvv = card.cvv});
  if (!token) token.error().pointer = std::string{pointer}.append("/cardNumber");
  return token;
}

Result<void> check_token(const std::string& token) {
  constexpr const char* pointer = "/paymentToken";
  if (is_card_number(token)) {
    return fail(ErrorKind::invalid,
                "a card number is no token: have the payment provider's form turn it into one",
                pointer);
  }
  if (token.empty() || !is_short_text(token)) {
    return fail(ErrorKind::invalid,
                std::string{"a payment token "}.append(short_text_rule) + ", and is not empty",
                pointer);
  }
  return {};
}

}  // namespace oms::edge
