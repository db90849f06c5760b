#pragma once

#include <cstdint>
#include <optional>

namespace oms {

// Money is an integer count of the currency's minor unit (cents; yen have none). Never a fraction.
using MinorUnits = std::int64_t;

constexpr std::optional<MinorUnits> checked_add(MinorUnits a, MinorUnits b) {
  MinorUnits sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

constexpr std::optional<MinorUnits> checked_multiply(MinorUnits price, std::int64_t quantity) {
  MinorUnits product = 0;
  if (__builtin_mul_overflow(price, quantity, &product)) return std::nullopt;
  return product;
}

}  // namespace oms
