#include "edge/media_type.h"

#include <algorithm>
#include <string>

namespace oms::edge {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `word` is in lower case.
bool is_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, {}, lower);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t";
  const auto first = std::min(text.find_first_not_of(space), text.size());
  const auto last = text.find_last_not_of(space);
  return text.substr(first, last == text.npos ? 0 : last + 1 - first);
}

// Up to the next semicolon that stands in no quotes.
std::string_view take_part(std::string_view& text) {
  bool is_quoted = false;
  std::size_t size = 0;
  for (; size < text.size() && (is_quoted || text[size] != ';'); ++size) {
    if (text[size] == '"') is_quoted = !is_quoted;
    if (text[size] == '\\' && is_quoted && size + 1 < text.size()) ++size;
  }
  const auto part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return trimmed(part);
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return std::string{text};
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

bool is_utf8(std::string_view charset) {
  const auto name = unquoted(charset);
  return is_word(name, "utf-8") || is_word(name, "utf8") || is_word(name, "us-ascii");
}

}  // namespace

BodyType body_type(std::string_view content_type) {
  const auto type = take_part(content_type);
  const bool is_patch = is_word(type, "application/merge-patch+json");
  if (!is_patch && !is_word(type, "application/json")) return BodyType::another;
  while (!content_type.empty()) {
    const auto part = take_part(content_type);
    const auto equals = part.find('=');
    if (!is_word(part.substr(0, equals), "charset")) continue;
    if (equals == part.npos || !is_utf8(part.substr(equals + 1))) {
      return BodyType::json_in_another_charset;
    }
  }
  return is_patch ? BodyType::merge_patch : BodyType::json;
}

}  // namespace oms::edge
