#include "tools/bench/answer.h"

#include <strings.h>

#include <charconv>

namespace oms::bench {

Parsed parse_answer(std::string_view bytes, Answer& answer, std::size_t& size) {
  constexpr std::string_view protocol = "HTTP/1.1 ";
  constexpr std::string_view length_field = "\r\ncontent-length:";
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    return bytes.size() > 65536 ? Parsed::broken : Parsed::incomplete;
  }
  const auto head = bytes.substr(0, head_end + 2);
  if (!head.starts_with(protocol) || head.size() < protocol.size() + 3) return Parsed::broken;
  const auto* digits = head.data() + protocol.size();
  if (std::from_chars(digits, digits + 3, answer.status).ec != std::errc{}) return Parsed::broken;
  std::size_t length = 0;
  for (auto at = head.find("\r\n"); at + length_field.size() < head.size();
       at = head.find("\r\n", at + 2)) {
    if (::strncasecmp(head.data() + at, length_field.data(), length_field.size()) != 0) continue;
    const auto* value = head.data() + at + length_field.size();
    const auto* const end = head.data() + head.size();
    while (value != end && *value == ' ') ++value;
    if (std::from_chars(value, end, length).ec != std::errc{}) return Parsed::broken;
    break;
  }
  size = head_end + 4 + length;
  if (bytes.size() < size) return Parsed::incomplete;
  answer.body = bytes.substr(head_end + 4, length);
  return Parsed::complete;
}

std::string_view quoted_after(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find('"'));
}

}  // namespace oms::bench
