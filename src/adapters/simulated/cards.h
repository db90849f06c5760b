#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "messages/payment_state.h"

namespace oms::simulated {

// What a test card does, as at Stripe. There are no others: money never moves here.
enum class CardResult {
  charged,
  declined,
  // The charge happens, the answer to it is lost, and the webhook comes late.
  answer_lost,
};

// All that is known of a card once its number has been looked at; the number itself is not kept.
struct Card {
  CardResult result = CardResult::declined;
  std::string_view brand;  // "visa"
  std::string_view code;   // why it is declined: "insufficient_funds"
  std::string_view words;  // the same for the customer
  std::string last4;
};

// A card by its number, which may have spaces or dashes. A number that is not a test card's is
// declined. Errors: unprocessable, if it is no card number at all (its check digit is wrong).
Result<Card> card_of_number(std::string_view number);

// A card by its token: "tok_visa", or "pm_card_visa". Errors: unprocessable, if there is no such.
Result<Card> card_of_token(std::string_view token);

// The payment method that is made of a token: "pm_card_visa". Errors: unprocessable.
Result<std::string> payment_method_of(std::string_view token);

// A decline as Stripe's API tells of it.
struct Decline {
  std::string_view error;  // the general code: "card_declined"
  std::string_view code;   // the bank's: "insufficient_funds"; empty if the general one says it
  std::string_view words;  // for the customer
};

// Why it is declined, as a webhook would tell it.
PaymentError error_of(const Card& card);

// Of a test card's code; an unknown one is a decline without a reason.
Decline decline_of_code(std::string_view code);

// The token that stands for a test card's number, so that the number need go no further.
// Errors: unprocessable.
Result<std::string> tokenize(std::string_view number);

}  // namespace oms::simulated
