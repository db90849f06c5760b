#include "codec/json_text.h"

#include "codec/json_scan.h"
#include "codec/utf8.h"

namespace oms {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

void write_escaped(char c, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\0':
      out += replacement;
      return;
    default:
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void write_json_string(std::string_view text, std::string& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  out += '"';
  while (true) {
    const char* plain_end = json::skip_plain(at, end);
    out.append(at, plain_end);
    at = plain_end;
    if (at == end) break;
    if (static_cast<unsigned char>(*at) < 0x80) {
      write_escaped(*at++, out);
    } else if (const auto length = utf8_length(at, end); length > 0) {
      out.append(at, length);
      at += length;
    } else {
      out += replacement;
      ++at;
    }
  }
  out += '"';
}

}  // namespace oms
