#include "base/mail_address.h"

#include <algorithm>

namespace oms {
namespace {

constexpr std::size_t address_max = 254;  // RFC 5321

bool is_plain(char c) {
  return c > ' ' && c < '\x7F' && !std::string_view{"\"(),:;<>[\\]"}.contains(c);
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return text.size() <= address_max && at > 0 && at != text.npos && at + 1 < text.size() &&
         text.find('@', at + 1) == text.npos && std::ranges::all_of(text, is_plain);
}

}  // namespace oms
