#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/wipe.h"
#include "messages/common.h"
#include "ports/card_details.h"

namespace oms::edge {

// A card in a request. It leaves nothing behind.
struct CardBody {
  CardBody() = default;
  CardBody(CardBody&&) = default;
  CardBody& operator=(CardBody&&) = default;
  CardBody(const CardBody&) = delete;
  CardBody& operator=(const CardBody&) = delete;
  ~CardBody() {
    for (auto* text : {&name, &card_number, &expiry_date, &cvv}) wipe(*text);
  }

  std::string name;
  std::string card_number;
  std::string expiry_date;
  std::string cvv;
};
BOOST_DESCRIBE_STRUCT(CardBody, (), (name, card_number, expiry_date, cvv))

// The provider's token for the card, which stands at that pointer in the body. Errors:
// unprocessable, for a card that is none, and where the provider takes none from others; never with
// what was sent.
Result<std::string> token_of(const CardBody& card, const Tokenize& tokenize,
                             std::string_view pointer);

// Whether the field `paymentToken` may be one, and no card.
Result<void> check_token(const std::string& token);

}  // namespace oms::edge
