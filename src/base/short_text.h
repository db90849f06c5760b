#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace oms {

// Up to 63 bytes of text without an allocation: the keys of records.
class ShortText {
 public:
  static constexpr std::size_t capacity = 63;

  constexpr ShortText() = default;
  ShortText(std::string_view text)  // NOLINT(google-explicit-constructor): it is text
      : size_(static_cast<std::uint8_t>(text.size())) {
    if (text.size() > capacity) throw std::length_error("a record key is longer than 63 bytes");
    text.copy(bytes_.data(), text.size());
  }
  template <std::size_t size>
    requires(size <= capacity)
  explicit ShortText(const std::array<char, size>& text) : size_(size) {
    std::ranges::copy(text, bytes_.begin());
  }

  std::string_view view() const { return {bytes_.data(), size_}; }
  // Behind the text all bytes are zero.
  friend bool operator==(const ShortText& a, const ShortText& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
  }
  friend auto operator<=>(const ShortText& a, const ShortText& b) { return a.view() <=> b.view(); }

 private:
  std::array<char, capacity> bytes_{};
  std::uint8_t size_ = 0;
};

static_assert(std::has_unique_object_representations_v<ShortText>, "compared byte by byte");

}  // namespace oms

template <>
struct std::hash<oms::ShortText> {
  std::size_t operator()(const oms::ShortText& text) const noexcept {
    return std::hash<std::string_view>{}(text.view());
  }
};
