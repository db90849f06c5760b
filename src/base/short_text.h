#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>

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

  std::string_view view() const { return {bytes_.data(), size_}; }
  friend bool operator==(const ShortText& a, const ShortText& b) { return a.view() == b.view(); }
  friend auto operator<=>(const ShortText& a, const ShortText& b) { return a.view() <=> b.view(); }

 private:
  std::array<char, capacity> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace oms

template <>
struct std::hash<oms::ShortText> {
  std::size_t operator()(const oms::ShortText& text) const noexcept {
    return std::hash<std::string_view>{}(text.view());
  }
};
