#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace oms::json {

// Reads the tokens of one JSON text in order. Every step answers whether it went well; after the
// first that did not, the cursor holds the error, and callers only unwind, each adding with
// `within` where it stood.
class Cursor {
 public:
  // Readers recurse for each level, so the text must not say how deep.
  static constexpr int max_depth = 32;

  explicit Cursor(std::string_view text)
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  // The next character after white space, or NUL at the end of the text.
  char peek() {
    if (at_ != end_ && *at_ > ' ') return *at_;
    return peek_past_space();
  }
  // Steps over that character if it is `expected`.
  bool take(char expected) {
    if (peek() != expected) return false;
    ++at_;
    return true;
  }
  bool take_null();

  // An object or a list: `open` it; while there is `more`, read a member; `next` steps over the
  // comma or closes it.
  bool open(char bracket, bool& more);
  bool next(char bracket, bool& more);

  // Steps over the name of a member and its colon if they are exactly `literal` ("name":).
  bool take_key(std::string_view literal) {
    peek();
    if (!std::string_view{at_, end_}.starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }
  // The name of a member and its colon. The view is good until the next key is read.
  bool read_key(std::string_view& key);
  // A string. The view is good until the next string is read or skipped.
  bool read_text(std::string_view& text, std::string_view wanted);
  bool read_bool(bool& value);
  // A whole number from `least` to `most`, in two's complement; 2.0 and 2e0 are the number 2.
  bool read_whole(std::int64_t least, std::uint64_t most, std::uint64_t& bits);
  // Any valid value, as it is written.
  bool read_raw(std::string_view& raw);
  bool skip_value();
  // Nothing but white space is left.
  bool finish();

  // The place of the next value, to come back to with `jump`.
  const char* place() {
    peek();
    return at_;
  }
  void jump(const char* place) { at_ = place; }

  // These note an error, or where it is, and answer false.
  bool fail(std::string detail);
  bool fail_syntax(std::string_view problem);
  // The next value is of another kind than `wanted`, or no JSON at all.
  bool fail_kind(std::string_view wanted);
  bool fail_within(std::string_view name, std::string detail) {
    fail(std::move(detail));
    return within(name);
  }
  bool within(std::string_view name);
  bool within(std::size_t index);

  Error take_error() { return std::move(error_); }

 private:
  char peek_past_space();
  bool read_string(std::string_view& text, std::string& decoded);
  bool decode_escape(std::string& decoded);
  bool decode_unicode(std::string& decoded);
  bool read_unit(std::uint32_t& unit);
  bool take_word(std::string_view word);
  bool skip_members(char bracket);
  bool take_plain_digits(std::uint64_t& magnitude);
  bool skip_number();
  bool skip_unsigned();
  bool skip_fraction();
  bool skip_digits();

  const char* begin_;
  const char* at_;
  const char* end_;
  int depth_ = 0;
  std::string key_;   // a key that had escapes, decoded
  std::string text_;  // a string that had escapes, decoded
  Error error_;
};

}  // namespace oms::json
