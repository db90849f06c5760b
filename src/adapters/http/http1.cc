#include "adapters/http/http1.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "adapters/http/authority.h"

namespace oms::http1 {
namespace {

constexpr std::array<char, 256> make_token_table() {
  std::array<char, 256> table{};  // the lower-case form of each token character, or 0
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = c;
  for (char c = 'A'; c <= 'Z'; ++c) {
    table[static_cast<unsigned char>(c)] = static_cast<char>(c - 'A' + 'a');
  }
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"}) {
    table[static_cast<unsigned char>(c)] = c;
  }
  return table;
}
constexpr auto token_table = make_token_table();

constexpr char lower_token(char c) {
  return token_table[static_cast<unsigned char>(c)];
}

std::unexpected<Refusal> refuse(int status, std::string_view detail) {
  return std::unexpected(Refusal{status, detail});
}

// Takes one line, which ends in CRLF, from the front of `text`.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end - 1);
  text.remove_prefix(end + 1);
  return line;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes from 0x80 on are opaque (RFC 9110, 5.5): a cookie may be in any encoding.
bool is_field_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

Parsed<void> parse_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return refuse(400, "The request line must be: method, target, version.");
  }
  const auto method = line.substr(0, first);
  const auto version = line.substr(last + 1);
  if (method.size() > 32 || !is_token(method)) return refuse(400, "The method is malformed.");
  const bool is_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                         is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (!is_formed) return refuse(400, "The version is malformed.");
  // A higher minor version is answered as HTTP/1.1 (RFC 9110, 2.5).
  if (version[5] != '1') return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  if (method == "CONNECT") return refuse(501, "This is no proxy: it opens no tunnels.");
  auto target = parse_target(line.substr(first + 1, last - first - 1));
  if (!target) return std::unexpected(target.error());
  head.asks_methods = method == "OPTIONS";
  if (target->path == "*" && !head.asks_methods) {
    return refuse(400, "The request target * is for OPTIONS only.");
  }

  head.http_1_0 = version == "HTTP/1.0";
  head.keep_alive = !head.http_1_0;
  head.head_only = method == "HEAD";
  head.request.method = head.head_only ? "GET" : method;
  head.request.path = std::move(target->path);
  head.request.query = std::move(target->query);
  head.request.host = std::move(target->host);
  return {};
}

// What the fields that concern framing have said so far.
struct Framing {
  bool host = false;
  bool length = false;
  bool close = false;
  bool keep_alive = false;
};

Parsed<void> parse_length(std::string_view value, const Limits& limits, Head& head) {
  const bool digits =
      !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return refuse(400, "Content-Length must be one whole number.");
  const auto* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, head.content_length);
  if (read.ec != std::errc{} || head.content_length > limits.body_bytes) {
    return refuse(413, "The body is larger than this server accepts.");
  }
  return {};
}

// The host that the target names in its absolute form wins (RFC 9112, 3.2.2).
Parsed<void> parse_host(std::string_view value, Head& head, Framing& seen) {
  if (seen.host) return refuse(400, "Host may be given once only.");
  seen.host = true;
  if (value.empty()) return {};
  auto authority = parse_authority(value);
  if (!authority) return refuse(400, "Host must be a name or an address, and a port if need be.");
  if (head.request.host.empty()) head.request.host = std::move(authority->host);
  return {};
}

// Understands the fields that say where the message ends and how to answer it.
Parsed<void> apply_field(std::string_view name, std::string_view value, const Limits& limits,
                         Head& head, Framing& seen) {
  if (name == "content-length") {
    if (seen.length) return refuse(400, "Content-Length may be given once only.");
    seen.length = true;
    return parse_length(value, limits, head);
  }
  if (name == "transfer-encoding") {
    if (head.chunked || head.http_1_0) return refuse(400, "Transfer-Encoding is out of place.");
    if (!equals_ignoring_case(value, "chunked")) {
      return refuse(501, "The only transfer coding understood is chunked.");
    }
    head.chunked = true;
  } else if (name == "connection") {
    for (auto list = value; !list.empty();) {
      const auto option = take_element(list);
      seen.close |= equals_ignoring_case(option, "close");
      seen.keep_alive |= equals_ignoring_case(option, "keep-alive");
    }
  } else if (name == "host") {
    return parse_host(value, head, seen);
  } else if (name == "content-encoding") {
    if (!value.empty() && !equals_ignoring_case(value, "identity")) {
      return refuse(415, "Send the body without a content coding.");
    }
  } else if (name == "expect" && !head.http_1_0 && !value.empty()) {
    if (!equals_ignoring_case(value, "100-continue")) {
      return refuse(417, "The only expectation understood is 100-continue.");
    }
    head.expects_continue = true;
  }
  return {};
}

Parsed<void> parse_field(std::string_view line, const Limits& limits, Head& head, Framing& seen) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return refuse(400, "A header field is malformed.");
  }
  std::string name(colon, '\0');
  for (std::size_t i = 0; i < colon; ++i) {
    name[i] = lower_token(line[i]);
    // Also refuses folded lines and space before the colon, on which parsers disagree.
    if (name[i] == '\0') return refuse(400, "The name of a header field is malformed.");
  }
  const auto value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return refuse(400, "The value of a header field is malformed.");
  if (auto applied = apply_field(name, value, limits, head, seen); !applied) return applied;
  if (name == "host") return {};  // `request.host` says it, and the target may overrule it
  head.request.headers.emplace_back(std::move(name), value);
  return {};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `prefix` is in lower case.
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool has_dot_segment(std::string_view path) {
  if (path.find("/.") == std::string_view::npos) return false;
  for (std::size_t at = 0; at < path.size();) {
    const auto end = std::min(path.find('/', at + 1), path.size());
    const auto segment = path.substr(at + 1, end - at - 1);
    if (segment == "." || segment == "..") return true;
    at = end;
  }
  return false;
}

Parsed<std::string> decode_path(std::string_view raw) {
  constexpr std::string_view no_such_path = "There is nothing at this path.";
  std::string path;
  path.reserve(raw.size());
  bool high = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const int a = i + 1 < raw.size() ? hex_digit(raw[i + 1]) : -1;
      const int b = i + 2 < raw.size() ? hex_digit(raw[i + 2]) : -1;
      if (a < 0 || b < 0) return refuse(400, "The path has a broken percent-encoding.");
      c = static_cast<char>(a * 16 + b);
      if (c == '/')
        return refuse(400, "The path has a slash that is percent-encoded: no id has one.");
      i += 2;
    } else if (c == '/' && !path.empty() && path.back() == '/') {
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return refuse(400, "The path has a control character.");
    if (c == '\\') return refuse(404, no_such_path);
    high |= byte >= 0x80;
    path.push_back(c);
  }
  if (high && !is_utf8(path)) return refuse(400, "The path is not valid UTF-8.");
  if (has_dot_segment(path)) return refuse(404, no_such_path);
  return path;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return lower_token(c) != '\0'; });
}

Parsed<std::size_t> HeadScanner::find_end(std::string_view bytes, const Limits& limits) {
  while (seen_ < bytes.size()) {
    const auto* found = std::memchr(bytes.data() + seen_, '\n', bytes.size() - seen_);
    if (found == nullptr) {
      seen_ = bytes.size();
      break;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (at == 0 || bytes[at - 1] != '\r') return refuse(400, "Lines must end in CRLF.");
    const bool empty = at - 1 == line_start_;
    line_start_ = seen_ = at + 1;
    if (line_start_ > limits.head_bytes) break;
    if (empty) return line_start_;
  }
  if (seen_ > limits.head_bytes) {
    if (line_start_ == 0) return refuse(414, "The request line is too long.");
    return refuse(431, "The header fields are larger than this server accepts.");
  }
  return std::size_t{0};
}

Parsed<Head> parse_head(std::string_view text, const Limits& limits) {
  Head head;
  Framing seen;
  if (auto line = parse_request_line(take_line(text), head); !line) {
    return std::unexpected(line.error());
  }
  head.request.headers.reserve(12);
  for (;;) {
    const auto line = take_line(text);
    if (line.empty()) break;
    if (head.request.headers.size() == limits.headers) {
      return refuse(431, "There are more header fields than this server accepts.");
    }
    if (auto field = parse_field(line, limits, head, seen); !field) {
      return std::unexpected(field.error());
    }
  }
  if (head.chunked && seen.length) {
    return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
  }
  if (!seen.host && !head.http_1_0) return refuse(400, "The Host header is missing.");
  if (seen.keep_alive) head.keep_alive = true;
  if (seen.close) head.keep_alive = false;
  return head;
}

Parsed<Target> parse_target(std::string_view target) {
  const bool printable =
      std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (!printable) return refuse(400, "The request target has a character that must be encoded.");
  if (target == "*") return Target{"*", ""};
  std::string host;
  if (starts_with_ignoring_case(target, "https://")) {
    return refuse(421, "This server speaks http; a proxy in front of it may speak https.");
  }
  if (starts_with_ignoring_case(target, "http://")) {
    target.remove_prefix(7);
    const auto end = std::min(target.find_first_of("/?"), target.size());
    auto authority = parse_authority(target.substr(0, end));
    if (!authority) return refuse(400, "The request target names no host.");
    host = std::move(authority->host);
    target.remove_prefix(end);
    if (target.empty()) target = "/";
    if (target.front() == '?') return Target{"/", std::string(target.substr(1)), std::move(host)};
  }
  if (target.empty() || target.front() != '/') {
    return refuse(400, "The request target must begin with a slash.");
  }
  const auto question = target.find('?');
  auto path = decode_path(target.substr(0, question));
  if (!path) return std::unexpected(path.error());
  const auto query =
      question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  return Target{std::move(*path), std::string(query), std::move(host)};
}

}  // namespace oms::http1
