#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace oms::json {

// ASCII that stands for itself inside a JSON string: no quote, backslash or control character.
constexpr bool is_plain_byte(char c) {
  return static_cast<signed char>(c) >= ' ' && c != '"' && c != '\\';
}

// The first byte from `at` on that is not plain, or `end`. Looks at eight bytes at a time.
inline const char* skip_plain(const char* at, const char* end) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x80 * ones;
  // Sets the top bit of bytes that are below `limit`. A borrow can make bytes above such a one
  // look so too, but the lowest is right.
  const auto below = [](std::uint64_t x, std::uint64_t limit) { return (x - limit * ones) & ~x; };
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    const std::uint64_t special =
        (word | below(word, ' ') | below(word ^ ('"' * ones), 1) | below(word ^ ('\\' * ones), 1)) &
        tops;
    if (special != 0) return at + std::countr_zero(special) / 8;
    at += 8;
  }
  while (at != end && is_plain_byte(*at)) ++at;
  return at;
}

}  // namespace oms::json
