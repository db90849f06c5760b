#include "base/mail_address.h"

#include <algorithm>
#include <array>

namespace oms {
namespace {

constexpr std::size_t address_max = 254;  // RFC 5321

bool is_plain(char c) {
  const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
  return !is_ascii || (c > ' ' && c < '\x7F' && !std::string_view{"\"(),:;<>[\\]"}.contains(c));
}

// Spaces, marks of direction and other characters that take no room, as UTF-8: all with these first
// bytes and a last one in the range.
struct Unseen {
  std::string_view first;
  unsigned char low;
  unsigned char high;
};
constexpr std::array<Unseen, 9> unseen{{{"\xC2", 0x80, 0xA0},        // U+0080 to U+00A0
                                        {"\xC2", 0xAD, 0xAD},        // U+00AD
                                        {"\xE1\x9A", 0x80, 0x80},    // U+1680
                                        {"\xE2\x80", 0x80, 0x8F},    // U+2000 to U+200F
                                        {"\xE2\x80", 0xA8, 0xAF},    // U+2028 to U+202F
                                        {"\xE2\x81", 0x9F, 0xAF},    // U+205F to U+206F
                                        {"\xE3\x80", 0x80, 0x80},    // U+3000
                                        {"\xEF\xBB", 0xBF, 0xBF},    // U+FEFF
                                        {"\xEF\xBF", 0xB0, 0xBF}}};  // U+FFF0 to U+FFFF

bool has_unseen(std::string_view text) {
  for (const auto& [first, low, high] : unseen) {
    for (auto at = text.find(first); at != text.npos; at = text.find(first, at + 1)) {
      const auto last = at + first.size();
      if (last >= text.size()) break;
      const auto byte = static_cast<unsigned char>(text[last]);
      if (byte >= low && byte <= high) return true;
    }
  }
  return false;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return text.size() <= address_max && at > 0 && at != text.npos && at + 1 < text.size() &&
         text.find('@', at + 1) == text.npos && std::ranges::all_of(text, is_plain) &&
         !has_unseen(text);
}

}  // namespace oms
