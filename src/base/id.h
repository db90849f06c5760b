#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/short_text.h"
#include "base/time.h"

namespace oms {

// Twelve bytes, written as 24 hex digits: 4 of seconds, 5 of the process that made it, 3 of a
// counter. Ids made later sort later, which keeps every table's writes at its end. Only edges
// make ids (`runtime/id_source.h`); rules pass them on.
class Id {
 public:
  static constexpr std::size_t text_size = 24;
  using Bytes = std::array<std::uint8_t, 12>;

  constexpr Id() = default;
  constexpr explicit Id(const Bytes& bytes) : bytes_(bytes) {}

  // Exactly 24 lower-case hex digits.
  static constexpr std::optional<Id> parse(std::string_view text) {
    if (text.size() != text_size) return std::nullopt;
    Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const int high = digit(text[2 * i]);
      const int low = digit(text[2 * i + 1]);
      if (high < 0 || low < 0) return std::nullopt;
      bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return Id{bytes};
  }

  // The same for the same name, for what has no id of its own. No id that was made by time equals
  // it before the year 2105, and no two names are known to give the same.
  static Id named(std::string_view name);

  // The id of the n-th message that `parent` caused: the same each time the batch is decided.
  static Id child_of(const Id& parent, std::uint32_t n);

  constexpr bool is_nil() const { return bytes_ == Bytes{}; }
  constexpr const Bytes& bytes() const { return bytes_; }
  constexpr void write(char* out) const {
    for (const auto byte : bytes_) {
      *out++ = digit_pairs[byte][0];
      *out++ = digit_pairs[byte][1];
    }
  }
  std::string text() const {
    std::string out(text_size, '0');
    write(out.data());
    return out;
  }
  // The same, as the key of a record.
  ShortText key() const {
    std::array<char, text_size> out;
    write(out.data());
    return ShortText{out};
  }

  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  // How each byte is written: ids are written for every record that is looked up.
  static constexpr auto digit_pairs = [] {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
      pairs[byte] = {digits[byte / 16], digits[byte % 16]};
    }
    return pairs;
  }();

  static constexpr int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  }

  Bytes bytes_{};
};

// When an id was made, to the second.
constexpr Time made_at(const Id& id) {
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds * 256 + id.bytes().at(i);
  return {seconds * 1000};
}

}  // namespace oms

template <>
struct std::hash<oms::Id> {
  std::size_t operator()(const oms::Id& id) const noexcept {
    std::uint64_t tail = 0;
    std::memcpy(&tail, id.bytes().data() + 4, sizeof tail);
    return tail * 0x9E3779B97F4A7C15ULL;
  }
};
