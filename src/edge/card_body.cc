#include "edge/card_body.h"

#include <algorithm>

#include "edge/card_number.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// MM/YY. Whether the card has expired is up to the provider.
bool is_expiry(std::string_view text) {
  constexpr std::size_t size = 5;
  if (text.size() != size || text[2] != '/') return false;
  for (const auto i : {0U, 1U, 3U, 4U}) {
    if (!is_digit(text[i])) return false;
  }
  const int month = (text[0] - '0') * 10 + (text[1] - '0');
  return month >= 1 && month <= 12;
}

Result<void> check_fields(const CardBody& card, std::string_view pointer) {
  if (!is_expiry(card.expiry_date)) {
    return fail(ErrorKind::unprocessable, "a card expires in a month, written MM/YY",
                std::string{pointer}.append("/expiryDate"));
  }
  // What else it is, is for the provider to say.
  if (card.cvv.empty()) {
    return fail(ErrorKind::unprocessable, "a card has a security code",
                std::string{pointer}.append("/cvv"));
  }
  return {};
}

}  // namespace

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
  OMS_CHECK(check_fields(card, pointer));
  auto token = tokenize({.holder = card.name,
                         .number = card.card_number,
                         .expiry = card.expiry_date,
                         .cvv = card.cvv});
  if (!token) token.error().pointer = std::string{pointer}.append("/cardNumber");
  return token;
}

Result<void> check_token(const std::string& token) {
  constexpr const char* pointer = "/paymentToken";
  if (holds_card_number(token)) {
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
