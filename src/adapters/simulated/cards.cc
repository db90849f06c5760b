#include "adapters/simulated/cards.h"

#include <algorithm>
#include <array>

#include "adapters/crypto/crypto.h"
#include "base/luhn.h"

namespace oms::simulated {
namespace {

struct TestCard {
  std::string_view number;
  std::string_view token;
  std::string_view payment_method;
  Card card;
};

constexpr std::string_view declined_words = "Your card was declined.";

Card good(std::string_view brand) {
  return {.result = CardResult::charged, .brand = brand};
}

Card declined(std::string_view code, std::string_view words) {
  return {.result = CardResult::declined, .brand = "visa", .code = code, .words = words};
}

const auto& test_cards() {
  static const std::array cards{
      TestCard{"4242424242424242", "tok_visa", "pm_card_visa", good("visa")},
      TestCard{"4000056655665556", "tok_visa_debit", "pm_card_visa_debit", good("visa")},
      TestCard{"5555555555554444", "tok_mastercard", "pm_card_mastercard", good("mastercard")},
      TestCard{"378282246310005", "tok_amex", "pm_card_amex", good("amex")},
      TestCard{"4000000000000002", "tok_chargeDeclined", "pm_card_chargeDeclined",
               declined("generic_decline", declined_words)},
      TestCard{"4000000000009995", "tok_chargeDeclinedInsufficientFunds",
               "pm_card_chargeDeclinedInsufficientFunds",
               declined("insufficient_funds", "Your card has insufficient funds.")},
      TestCard{"4000000000000069", "tok_chargeDeclinedExpiredCard",
               "pm_card_chargeDeclinedExpiredCard",
               declined("expired_card", "Your card has expired.")},
      TestCard{"4000000000000127", "tok_chargeDeclinedIncorrectCvc",
               "pm_card_chargeDeclinedIncorrectCvc",
               declined("incorrect_cvc", "Your card's security code is incorrect.")},
      TestCard{"4000000000000119", "tok_chargeDeclinedProcessingError",
               "pm_card_chargeDeclinedProcessingError",
               declined("processing_error", "An error occurred while processing your card.")},
      // Our own, for Stripe has none: named after HTTP's 408, Request Timeout.
      TestCard{"4000000000000408", "tok_answerLost", "pm_card_answerLost",
               Card{.result = CardResult::answer_lost, .brand = "visa"}},
  };
  return cards;
}

Card with_last4(Card card, std::string_view number) {
  card.last4 = number.substr(number.size() - 4);
  return card;
}

// The digits alone, wiped when they go.
class Digits {
 public:
  explicit Digits(std::string_view number) {
    for (const char c : number) {
      if (c == ' ' || c == '-') continue;
      if (c < '0' || c > '9' || size_ == digits_.size()) {
        size_ = 0;
        return;
      }
      digits_[size_++] = c;
    }
  }
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;
  ~Digits() { wipe(digits_); }

  std::string_view view() const { return {digits_.data(), size_}; }

  bool is_card_number() const {
    constexpr std::size_t digits_min = 12;
    return size_ >= digits_min && passes_luhn(view());
  }

 private:
  std::array<char, 19> digits_{};
  std::size_t size_ = 0;
};

std::unexpected<Error> no_card() {
  return fail(ErrorKind::unprocessable, "this is not a valid card number", "/card");
}

}  // namespace

Result<Card> card_of_number(std::string_view number) {
  const Digits digits{number};
  if (!digits.is_card_number()) return no_card();
  const auto found = std::ranges::find(test_cards(), digits.view(), &TestCard::number);
  if (found != test_cards().end()) return with_last4(found->card, digits.view());
  auto real = declined("test_mode_live_card", "This is a test: only test cards are taken.");
  real.brand = "unknown";
  return with_last4(real, digits.view());
}

Decline decline_of_code(std::string_view code) {
  const auto found = std::ranges::find_if(
      test_cards(), [&](const TestCard& card) { return card.card.code == code && !code.empty(); });
  if (found == test_cards().end()) {
    return {.error = "card_declined", .code = "generic_decline", .words = declined_words};
  }
  const auto& card = found->card;
  const bool is_of_bank = card.code == "generic_decline" || card.code == "insufficient_funds";
  return {.error = is_of_bank ? "card_declined" : card.code,
          .code = is_of_bank ? card.code : std::string_view{},
          .words = card.words};
}

// The bank's code says more than "card_declined", unless it is as general.
PaymentError error_of(const Card& card) {
  const auto decline = decline_of_code(card.code);
  const bool says_more = !decline.code.empty() && decline.code != "generic_decline";
  return {.code = std::string{says_more ? decline.code : decline.error},
          .message = std::string{decline.words}};
}

Result<Card> card_of_token(std::string_view token) {
  const auto found = std::ranges::find_if(test_cards(), [&](const TestCard& card) {
    return card.token == token || card.payment_method == token;
  });
  if (found == test_cards().end()) {
    return fail(ErrorKind::unprocessable, "there is no such token", "/token");
  }
  return with_last4(found->card, found->number);
}

Result<std::string> payment_method_of(std::string_view token) {
  const auto found = std::ranges::find(test_cards(), token, &TestCard::token);
  if (found == test_cards().end()) {
    return fail(ErrorKind::unprocessable, "there is no such token", "/token");
  }
  return std::string{found->payment_method};
}

Result<std::string> tokenize(std::string_view number) {
  const Digits digits{number};
  if (!digits.is_card_number()) return no_card();
  const auto found = std::ranges::find(test_cards(), digits.view(), &TestCard::number);
  if (found == test_cards().end()) {
    return fail(ErrorKind::unprocessable, "only test cards are taken", "/card");
  }
  return std::string{found->token};
}

}  // namespace oms::simulated
