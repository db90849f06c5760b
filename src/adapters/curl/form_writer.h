#pragma once

#include <string>
#include <string_view>

namespace oms::curl {

// Writes a form (application/x-www-form-urlencoded): "metadata[order_id]=65a0…&amount=900", its
// names and values percent-encoded.
class FormWriter {
 public:
  FormWriter& add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    encode(name);
    text_ += '=';
    encode(value);
    return *this;
  }
  FormWriter& add(std::string_view name, std::int64_t value) {
    return add(name, std::string_view{std::to_string(value)});
  }
  std::string take() { return std::move(text_); }

 private:
  void encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                            (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
      if (is_plain) {
        text_ += c;
      } else {
        text_ += '%';
        text_ += digits[byte >> 4];
        text_ += digits[byte & 15];
      }
    }
  }

  std::string text_;
};

}  // namespace oms::curl
