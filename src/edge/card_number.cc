#include "edge/card_number.h"

#include <array>
#include <cstddef>
#include <utility>

#include "base/luhn.h"
#include "base/wipe.h"

namespace oms::edge {
namespace {

constexpr std::size_t digits_min = 13;
constexpr std::size_t digits_max = 19;
constexpr int separators_max = 2;  // next to each other

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_separator(char c) {
  return c == ' ' || c == '-' || c == '.';
}

bool is_card_number(std::string_view digits) {
  // Payment cards begin with 2 to 6; the rest are phone numbers, times in ms, the shop's own
  // numbers.
  return digits.size() >= digits_min && digits.front() >= '2' && digits.front() <= '6' &&
         passes_luhn(digits);
}

// Whether one begins at the text's start, and ends where a group of digits does.
bool begins_with_card_number(std::string_view text) {
  std::array<char, digits_max> digits{};
  std::size_t count = 0;
  int separators = 0;
  bool is_found = false;
  for (std::size_t i = 0; i < text.size() && !is_found; ++i) {
    if (is_digit(text[i])) {
      if (count == digits.size()) break;
      digits.at(count++) = text[i];
      separators = 0;
      const bool is_group_over = i + 1 == text.size() || !is_digit(text[i + 1]);
      is_found = is_group_over && is_card_number({digits.data(), count});
    } else if (!is_separator(text[i]) || ++separators > separators_max) {
      break;
    }
  }
  wipe(digits);
  return is_found;
}

}  // namespace

bool holds_card_number(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_first = is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1]));
    if (is_first && begins_with_card_number(text.substr(i))) return true;
  }
  return false;
}

Result<void> refuse_card_number(std::string_view text, std::string pointer) {
  if (!holds_card_number(text)) return {};
  return fail(ErrorKind::invalid, "a card number does not belong here", std::move(pointer));
}

}  // namespace oms::edge
