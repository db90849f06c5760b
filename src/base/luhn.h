#pragma once

#include <cstddef>
#include <string_view>

namespace oms {

// Whether the last digit is the check digit of those before it (ISO/IEC 7812): every other digit
// from the right counts double, and the sum ends in 0. `digits` has nothing else.
constexpr bool passes_luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}
static_assert(passes_luhn("4242424242424242"));
static_assert(!passes_luhn("4242424242424241"));

}  // namespace oms
