#include "codec/json_text.h"

#include "codec/json_scan.h"
#include "codec/utf8.h"

namespace oms {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

void write_escaped(char c, json::Sink& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"':
      out.put("\\\"");
      return;
    case '\\':
      out.put("\\\\");
      return;
    case '\b':
      out.put("\\b");
      return;
    case '\f':
      out.put("\\f");
      return;
    case '\n':
      out.put("\\n");
      return;
    case '\r':
      out.put("\\r");
      return;
    case '\t':
      out.put("\\t");
      return;
    case '\0':
      out.put(replacement);
      return;
    default:
      out.put("\\u00");
      out.put(digits[static_cast<unsigned char>(c) >> 4]);
      out.put(digits[static_cast<unsigned char>(c) & 15]);
  }
}

}  // namespace

namespace json {

void write_string(std::string_view text, Sink& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  out.put('"');
  while (true) {
    const char* plain_end = skip_plain(at, end);
    out.put({at, static_cast<std::size_t>(plain_end - at)});
    at = plain_end;
    if (at == end) break;
    if (static_cast<unsigned char>(*at) < 0x80) {
      write_escaped(*at++, out);
    } else if (const auto length = utf8_length(at, end); length > 0) {
      out.put({at, static_cast<std::size_t>(length)});
      at += length;
    } else {
      out.put(replacement);
      ++at;
    }
  }
  out.put('"');
}

}  // namespace json

void write_json_string(std::string_view text, std::string& out) {
  json::Sink sink{out};
  json::write_string(text, sink);
}

}  // namespace oms
