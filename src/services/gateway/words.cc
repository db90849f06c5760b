#include "services/gateway/words.h"

#include <algorithm>

#include "codec/utf8.h"

namespace oms::gateway {
namespace {

constexpr std::size_t name_max = 63;  // what a record's key holds
constexpr std::size_t phone_digits_min = 5;
constexpr std::size_t phone_digits_max = 15;  // E.164

// U+0080 to U+009F, written C2 80 to C2 9F.
bool is_late_control(const char* at, std::size_t length) {
  return length == 2 && at[0] == '\xC2' && static_cast<unsigned char>(at[1]) < 0xA0;
}

}  // namespace

bool is_printable(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte < 0x20 || byte == 0x7F) return false;
    const std::size_t length = utf8_length(at, end);
    if (length == 0 || is_late_control(at, length)) return false;
    at += length;
  }
  return true;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= name_max && is_printable(text) &&
         text.find_first_of("/\\") == text.npos && text != "." && text != "..";
}

std::string plain_phone_number(std::string_view text) {
  constexpr std::string_view between = " -.()";
  std::string plain;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_plus = c == '+' && plain.empty();
    if (is_digit || is_plus) {
      plain += c;
    } else if (!between.contains(c)) {
      return {};
    }
  }
  const std::size_t count = plain.size() - (plain.starts_with('+') ? 1 : 0);
  return count >= phone_digits_min && count <= phone_digits_max ? plain : std::string{};
}

}  // namespace oms::gateway
