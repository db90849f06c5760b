#include "edge/card_number.h"

#include <algorithm>
#include <cstddef>

namespace oms::edge {

bool is_card_number(std::string_view text) {
  constexpr std::size_t digits_min = 12;
  constexpr std::size_t digits_max = 19;
  std::size_t count = 0;
  int sum = 0;
  for (auto at = text.rbegin(); at != text.rend(); ++at) {
    if (*at == ' ' || *at == '-') continue;
    if (*at < '0' || *at > '9') return false;
    const int digit = *at - '0';
    const int doubled = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += count % 2 == 1 ? doubled : digit;  // Luhn's check, from the right
    ++count;
  }
  return count >= digits_min && count <= digits_max && sum % 10 == 0;
}

}  // namespace oms::edge
