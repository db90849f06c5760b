#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/wipe.h"

namespace oms {

// What signatures and random ids need, over OpenSSL. All functions may be called from any thread;
// they throw std::runtime_error only if OpenSSL itself is broken.

using Sha256 = std::array<std::uint8_t, 32>;

// The digest of the parts, one after the other.
Sha256 sha256(std::initializer_list<std::string_view> parts);
inline Sha256 sha256(std::string_view text) {
  return sha256({text});
}

// HMAC-SHA-256 (RFC 2104) with one key for many messages.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  HmacSha256(const HmacSha256&) = default;
  HmacSha256& operator=(const HmacSha256&) = default;
  ~HmacSha256();  // wipes the key

  Sha256 of(std::initializer_list<std::string_view> parts) const;

 private:
  static constexpr std::size_t block_size = 64;
  std::array<char, block_size> inner_{};
  std::array<char, block_size> outer_{};
};

// HMAC-SHA-1 (RFC 2104): for signatures of others that have nothing better.
using Sha1 = std::array<std::uint8_t, 20>;
Sha1 hmac_sha1(std::string_view key, std::string_view text);

// RFC 4648, with padding.
std::string to_base64(std::span<const std::uint8_t> bytes);

// Whether two texts are equal, in a time that depends only on their lengths.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Lower-case hex.
std::string to_hex(std::span<const std::uint8_t> bytes);

// Bytes that nobody can foresee.
void fill_random(std::span<std::uint8_t> bytes);

}  // namespace oms
