#include "codec/json_number.h"

#include <algorithm>

namespace oms::json {
namespace {

// Far beyond the digits of any text, so an exponent that is cut to it says the same as before.
constexpr std::int64_t exponent_max = 1'000'000'000'000'000;

std::int64_t read_exponent(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char c : text) exponent = std::min(exponent * 10 + (c - '0'), exponent_max);
  return is_negative ? -exponent : exponent;
}

bool append_digit(std::uint64_t& magnitude, unsigned digit) {
  return !__builtin_mul_overflow(magnitude, 10U, &magnitude) &&
         !__builtin_add_overflow(magnitude, digit, &magnitude);
}

}  // namespace

Wholeness read_magnitude(std::string_view number, std::uint64_t& magnitude) {
  const auto mark = std::min(number.find_first_of("eE"), number.size());
  const auto digits = number.substr(0, mark);
  std::int64_t zeros = mark < number.size() ? read_exponent(number.substr(mark + 1)) : 0;
  if (const auto point = digits.find('.'); point != digits.npos) {
    zeros -= static_cast<std::int64_t>(digits.size() - point - 1);
  }
  // The value is the digits up to the last that is not zero, times a power of ten.
  magnitude = 0;
  const auto last = digits.find_last_not_of("0.");
  if (last == digits.npos) return Wholeness::whole;
  zeros += std::ranges::count(digits.substr(last + 1), '0');
  if (zeros < 0) return Wholeness::fraction;
  for (const char c : digits.substr(0, last + 1)) {
    if (c == '.') continue;
    if (!append_digit(magnitude, static_cast<unsigned>(c - '0'))) return Wholeness::too_large;
  }
  for (; zeros > 0; --zeros) {
    if (!append_digit(magnitude, 0)) return Wholeness::too_large;
  }
  return Wholeness::whole;
}

}  // namespace oms::json
