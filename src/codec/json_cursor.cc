#include "codec/json_cursor.h"

#include <limits>

#include "codec/json_number.h"
#include "codec/json_scan.h"
#include "codec/utf8.h"

namespace oms::json {
namespace {

constexpr std::size_t max_name_in_pointer = 64;

constexpr char closing(char bracket) {
  return bracket == '{' ? '}' : ']';
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// What begins like this, of a valid value.
constexpr std::string_view kind_of(char first) {
  switch (first) {
    case '{':
      return "an object";
    case '[':
      return "a list";
    case '"':
      return "a string";
    case 't':
      return "true";
    case 'f':
      return "false";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

std::string bounds_text(std::int64_t least, std::uint64_t most) {
  return " between " + std::to_string(least) + " and " + std::to_string(most);
}

// Bounds are worth their words where a field has its own, not where they are those of 64 bits.
std::string whole_number(std::int64_t least, std::uint64_t most) {
  using Limits = std::numeric_limits<std::int64_t>;
  const bool is_any = least == Limits::min() && most == Limits::max();
  return "a whole number" + (is_any ? std::string{} : bounds_text(least, most));
}

constexpr bool is_within(bool is_negative, std::uint64_t magnitude, std::int64_t least,
                         std::uint64_t most) {
  if (is_negative && magnitude > 0) {
    return least < 0 && magnitude <= 0 - static_cast<std::uint64_t>(least);
  }
  return magnitude <= most && (least <= 0 || magnitude >= static_cast<std::uint64_t>(least));
}

// Long names are cut, between characters: the client knows what it sent.
std::string pointer_token(std::string_view name) {
  if (name.size() > max_name_in_pointer) {
    std::size_t size = max_name_in_pointer;
    while ((static_cast<unsigned char>(name[size]) & 0xC0) == 0x80) --size;
    name = name.substr(0, size);
  }
  std::string token = "/";
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

}  // namespace

char Cursor::peek_past_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  return at_ == end_ ? '\0' : *at_;
}

bool Cursor::open(char bracket, bool& more) {
  if (!take(bracket)) return fail_kind(bracket == '{' ? "an object" : "a list");
  if (++depth_ > max_depth) {
    return fail("must not be nested deeper than " + std::to_string(max_depth) + " levels");
  }
  more = !take(closing(bracket));
  if (!more) --depth_;
  return true;
}

bool Cursor::next(char bracket, bool& more) {
  more = take(',');
  if (more) return true;
  if (!take(closing(bracket))) {
    return fail_syntax(bracket == '{' ? "expected ',' or '}'" : "expected ',' or ']'");
  }
  --depth_;
  return true;
}

bool Cursor::read_key(std::string_view& key) {
  if (peek() != '"') return fail_syntax("expected the name of a field");
  if (!read_string(key, key_)) return false;
  return take(':') || fail_syntax("expected ':'");
}

bool Cursor::read_text(std::string_view& text, std::string_view wanted) {
  return peek() == '"' ? read_string(text, text_) : fail_kind(wanted);
}

// Gives the text itself where it has no escapes, else a copy in `decoded`.
bool Cursor::read_string(std::string_view& text, std::string& decoded) {
  const char* piece = ++at_;
  bool copied = false;
  for (at_ = skip_plain(at_, end_); at_ == end_ || *at_ != '"'; at_ = skip_plain(at_, end_)) {
    if (at_ == end_) return fail_syntax("a string has no end");
    if (*at_ == '\\') {
      if (!copied) decoded.clear();
      copied = true;
      decoded.append(piece, at_);
      if (!decode_escape(decoded)) return false;
      piece = at_;
    } else if (static_cast<unsigned char>(*at_) < 0x80) {
      return fail_syntax("a control character in a string must be escaped");
    } else {
      const auto length = utf8_length(at_, end_);
      if (length == 0) return fail_syntax("the text is not valid UTF-8");
      at_ += length;
    }
  }
  if (copied) decoded.append(piece, at_);
  text = copied ? std::string_view{decoded} : std::string_view{piece, at_};
  ++at_;
  return true;
}

bool Cursor::decode_escape(std::string& decoded) {
  constexpr std::string_view written = "\"\\/bfnrt";
  constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
  if (end_ - at_ < 2) return fail_syntax("a string has no end");
  if (at_[1] == 'u') return decode_unicode(decoded);
  const auto i = written.find(at_[1]);
  if (i == std::string_view::npos) return fail_syntax("unknown escape in a string");
  decoded += meant[i];
  at_ += 2;
  return true;
}

bool Cursor::decode_unicode(std::string& decoded) {
  std::uint32_t code = 0;
  if (!read_unit(code)) return false;
  if (code == 0) return fail_syntax("a string must not hold NUL");
  if (code >= 0xDC00 && code <= 0xDFFF) return fail_syntax("half of a surrogate pair");
  if (code >= 0xD800 && code <= 0xDBFF) {
    std::uint32_t low = 0;
    if (at_ == end_ || *at_ != '\\') return fail_syntax("half of a surrogate pair");
    if (!read_unit(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return fail_syntax("half of a surrogate pair");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  append_utf8(code, decoded);
  return true;
}

// One \uXXXX.
bool Cursor::read_unit(std::uint32_t& unit) {
  if (end_ - at_ < 6 || at_[1] != 'u') return fail_syntax("expected \\u and four hex digits");
  for (int i = 2; i < 6; ++i) {
    const char c = at_[i];
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      unit = unit * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      unit = unit * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return fail_syntax("expected \\u and four hex digits");
    }
  }
  at_ += 6;
  return true;
}

bool Cursor::take_word(std::string_view word) {
  if (!std::string_view{at_, end_}.starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool Cursor::take_null() {
  return peek() == 'n' && take_word("null");
}

bool Cursor::read_bool(bool& value) {
  value = peek() == 't';
  return take_word(value ? "true" : "false") || fail_kind("true or false");
}

// Most numbers are a few digits, and nothing is to be thought about.
bool Cursor::take_plain_digits(std::uint64_t& magnitude) {
  constexpr std::ptrdiff_t digits_max = 19;  // always fit
  const char* at = at_;
  magnitude = 0;
  for (; at != end_ && is_digit(*at) && at - at_ < digits_max; ++at) {
    magnitude = magnitude * 10 + static_cast<unsigned>(*at - '0');
  }
  const auto length = at - at_;
  if (length == 0 || (*at_ == '0' && length > 1)) return false;
  if (at != end_ && (is_digit(*at) || *at == '.' || *at == 'e' || *at == 'E')) return false;
  at_ = at;
  return true;
}

bool Cursor::read_whole(std::int64_t least, std::uint64_t most, std::uint64_t& bits) {
  const char first = peek();
  const bool is_negative = first == '-';
  if (!is_negative && !is_digit(first)) return fail_kind(whole_number(least, most));
  if (is_negative) ++at_;
  std::uint64_t magnitude = 0;
  auto what = Wholeness::whole;
  if (!take_plain_digits(magnitude)) {
    const char* const start = at_;
    if (!skip_unsigned()) return false;
    what = read_magnitude({start, at_}, magnitude);
  }
  if (what == Wholeness::fraction) {
    return fail("must be " + whole_number(least, most) + ", not a fraction");
  }
  if (what == Wholeness::too_large || !is_within(is_negative, magnitude, least, most)) {
    return fail("must be a whole number" + bounds_text(least, most));
  }
  bits = is_negative ? 0 - magnitude : magnitude;
  return true;
}

bool Cursor::read_raw(std::string_view& raw) {
  const char* const start = place();
  if (!skip_value()) return false;
  raw = {start, at_};
  return true;
}

bool Cursor::skip_value() {
  switch (peek()) {
    case '{':
    case '[':
      return skip_members(*at_);
    case '"': {
      std::string_view ignored;
      return read_string(ignored, text_);
    }
    case 't':
      return take_word("true") || fail_syntax("expected a value");
    case 'f':
      return take_word("false") || fail_syntax("expected a value");
    case 'n':
      return take_word("null") || fail_syntax("expected a value");
    default:
      return skip_number();
  }
}

bool Cursor::skip_members(char bracket) {
  bool more = false;
  if (!open(bracket, more)) return false;
  while (more) {
    if (bracket == '{') {
      std::string_view ignored;
      if (peek() != '"') return fail_syntax("expected the name of a field");
      if (!read_string(ignored, text_)) return false;
      if (!take(':')) return fail_syntax("expected ':'");
    }
    if (!skip_value() || !next(bracket, more)) return false;
  }
  return true;
}

bool Cursor::skip_number() {
  if (at_ == end_ || (*at_ != '-' && !is_digit(*at_))) return fail_syntax("expected a value");
  if (*at_ == '-') ++at_;
  return skip_unsigned();
}

bool Cursor::skip_unsigned() {
  if (at_ != end_ && *at_ == '0') {
    ++at_;
    if (at_ != end_ && is_digit(*at_)) return fail_syntax("a number must not begin with 0");
  } else if (!skip_digits()) {
    return false;
  }
  return skip_fraction();
}

bool Cursor::skip_fraction() {
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!skip_digits()) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!skip_digits()) return false;
  }
  return true;
}

bool Cursor::skip_digits() {
  if (at_ == end_ || !is_digit(*at_)) return fail_syntax("expected a digit");
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return true;
}

bool Cursor::finish() {
  peek();
  return at_ == end_ || fail_syntax("expected nothing after the value");
}

bool Cursor::fail(std::string detail) {
  error_ = {ErrorKind::invalid, std::move(detail)};
  return false;
}

bool Cursor::fail_syntax(std::string_view problem) {
  return fail("not valid JSON at byte " + std::to_string(at_ - begin_) + ": " +
              std::string{problem});
}

bool Cursor::fail_kind(std::string_view wanted) {
  // A broken value is the worse news.
  const char first = peek();
  if (first != '{' && first != '[' && !skip_value()) return false;
  return fail("must be " + std::string{wanted} + ", not " + std::string{kind_of(first)});
}

bool Cursor::within(std::string_view name) {
  error_.pointer.insert(0, pointer_token(name));
  return false;
}

bool Cursor::within(std::size_t index) {
  return within(std::string_view{std::to_string(index)});
}

}  // namespace oms::json
