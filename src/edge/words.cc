#include "edge/words.h"

#include <algorithm>

#include "codec/utf8.h"

namespace oms::edge {
namespace {

constexpr std::size_t name_max = 63;  // what a record's key holds
constexpr std::size_t text_max = 200;

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

bool is_short_text(std::string_view text) {
  return text.size() <= text_max && is_printable(text);
}

}  // namespace oms::edge
