#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oms::testing {

// Base64 for URLs, without padding (RFC 4648, 5): what makers of tokens write, and OMS only reads.
inline std::string base64url(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t window = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    window = window << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += digits[window >> (bits - 6) & 63];
  }
  if (bits > 0) text += digits[window << (6 - bits) & 63];
  return text;
}

}  // namespace oms::testing
