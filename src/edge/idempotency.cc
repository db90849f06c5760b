#include "edge/idempotency.h"

#include <algorithm>

namespace oms::edge {
namespace {

constexpr std::size_t key_max = 255;
constexpr std::size_t digest_digits = 48;  // 192 bits: no two keys meet, and it fits a record's key

std::unexpected<Error> refuse(const char* why) {
  return fail(ErrorKind::invalid, std::string{"Idempotency-Key: "} + why);
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

// The inside of a quoted string, where \ stands before " and itself.
Result<std::string> unquote(std::string_view text) {
  std::string key;
  bool is_escaped = false;
  for (const char& c : text.substr(1)) {
    if (is_escaped) {
      if (c != '"' && c != '\\') {
        return refuse("a backslash may only stand before a quote or a backslash");
      }
      key += c;
      is_escaped = false;
    } else if (c == '\\') {
      is_escaped = true;
    } else if (c == '"') {
      if (&c != &text.back()) return refuse("there is something after the closing quote");
      return key;
    } else {
      key += c;
    }
  }
  return refuse("the closing quote is missing");
}

}  // namespace

Result<std::string> parse_idempotency_key(std::string_view text) {
  if (!is_printable(text)) return refuse("only printable ASCII characters may be used");
  if (text.size() > key_max) return refuse("it is longer than 255 characters, quotes included");
  OMS_TRY(std::string key, text.starts_with('"') ? unquote(text) : std::string{text});
  if (key.empty()) return refuse("it is empty");
  return key;
}

Result<std::optional<Once>> once_of(const HttpRequest& request,
                                    const std::function<std::string(std::string_view)>& digest,
                                    std::string_view whose,
                                    const std::optional<std::string>& body) {
  constexpr std::string_view name = "idempotency-key";
  const std::string* given = nullptr;
  for (const auto& [header, value] : request.headers) {
    if (header != name) continue;
    if (given != nullptr) return refuse("it may be given once only");
    given = &value;
  }
  if (given == nullptr) return std::nullopt;
  OMS_TRY(const std::string key, parse_idempotency_key(*given));
  std::string scoped = request.method + ' ' + request.path + '\n' + key;
  if (!whose.empty()) scoped.append(1, '\n').append(whose);
  const std::string digested = digest(scoped);
  return Once{.key = std::string_view{digested}.substr(0, digest_digits),
              .fingerprint = digest(body ? *body : request.body)};
}

}  // namespace oms::edge
