#include "edge/contact.h"

#include <algorithm>
#include <array>

#include "base/mail_address.h"
#include "codec/utf8.h"
#include "edge/card_number.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::size_t phone_digits_min = 5;
constexpr std::size_t phone_digits_max = 15;  // E.164

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t n>
constexpr bool is_in(std::uint32_t code, const std::array<CodeRange, n>& ranges) {
  return std::ranges::any_of(
      ranges, [code](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

// Which turn the direction of the text around them, and a mark of byte order: in no language part
// of a name, and an unclosed one turns what is printed after it.
constexpr bool is_direction_control(std::uint32_t code) {
  constexpr std::array<CodeRange, 3> ranges{{{0x202A, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}}};
  return is_in(code, ranges);
}

// Takes no room. A name may need some of these (U+200D joins an emoji), an address none.
constexpr bool is_invisible(std::uint32_t code) {
  constexpr std::array<CodeRange, 5> ranges{
      {{0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x200B, 0x200F}, {0x2060, 0x2064}, {0xFE00, 0xFE0F}}};
  return is_direction_control(code) || is_in(code, ranges);
}

constexpr bool is_space(std::uint32_t code) {
  constexpr std::array<CodeRange, 6> ranges{{{' ', ' '},
                                             {0x00A0, 0x00A0},
                                             {0x2000, 0x200A},
                                             {0x202F, 0x202F},
                                             {0x205F, 0x205F},
                                             {0x3000, 0x3000}}};
  return is_in(code, ranges);
}

constexpr bool is_between_digits(std::uint32_t code) {
  constexpr std::array<CodeRange, 10> ranges{{{'-', '/'},  // with the dot
                                              {'(', ')'},
                                              {'[', '['},
                                              {']', ']'},
                                              {0x2010, 0x2015},
                                              {0x2212, 0x2212},
                                              {0x30FC, 0x30FC},
                                              {0xFE63, 0xFE63},
                                              {0xFF08, 0xFF09},
                                              {0xFF0D, 0xFF0F}}};
  return is_space(code) || is_invisible(code) || is_in(code, ranges);
}

constexpr bool is_plus(std::uint32_t code) {
  return code == '+' || code == 0xFF0B;
}

// ASCII, Arabic, Persian, Devanagari, full width. None for what is no digit.
constexpr std::optional<char> digit_of(std::uint32_t code) {
  for (const std::uint32_t zero : {0x30U, 0x660U, 0x6F0U, 0x966U, 0xFF10U}) {
    if (code >= zero && code < zero + 10) return static_cast<char>('0' + (code - zero));
  }
  return std::nullopt;
}

// The next character of valid UTF-8.
std::uint32_t take_code(std::string_view& text) {
  const auto length = std::max<std::size_t>(utf8_length(text.data(), text.data() + text.size()), 1);
  const auto code = utf8_code(text.substr(0, length));
  text.remove_prefix(length);
  return code;
}

// Without the space around it, and without the characters that `is_left_out`.
std::string cleaned(std::string_view text, bool (*is_left_out)(std::uint32_t)) {
  std::string out;
  std::size_t end = 0;  // of what is not space
  while (!text.empty()) {
    const auto code = take_code(text);
    if (is_left_out(code) || (out.empty() && is_space(code))) continue;
    append_utf8(code, out);
    if (!is_space(code)) end = out.size();
  }
  out.resize(end);
  return out;
}

std::unexpected<Error> refuse(std::string detail, const char* field) {
  return fail(ErrorKind::invalid, std::move(detail), std::string{"/customer/"} + field);
}

Result<void> check_text(const std::optional<std::string>& text, const char* field) {
  if (!text) return {};
  OMS_CHECK(refuse_card_number(*text, std::string{"/customer/"} + field));
  if (is_short_text(*text)) return {};
  return refuse(std::string{short_text_rule}, field);
}

// Whether a number's 0 in front stays after the country: in Italy and San Marino it does.
bool keeps_zero(std::string_view country) {
  return country == "+39" || country == "+378";
}

// As it is dialed from abroad: 00 stands for the +, and the 0 in front is not dialed.
std::string with_country(std::string number, std::string_view country) {
  constexpr std::string_view abroad = "00";
  if (country.empty() || number.starts_with('+')) return number;
  if (number.starts_with(abroad)) return number.replace(0, abroad.size(), "+");
  if (number.starts_with('0') && !keeps_zero(country)) number.erase(0, 1);
  return number.insert(0, country);
}

}  // namespace

std::string tidy_text(std::string_view text) {
  return cleaned(text, is_direction_control);
}

Result<std::string> plain_phone_number(std::string_view text, std::string_view country) {
  constexpr std::string_view undialed = "(0)";
  std::string plain;
  while (!text.empty()) {
    if (!plain.empty() && text.starts_with(undialed)) text.remove_prefix(undialed.size());
    if (text.empty()) break;
    const auto code = take_code(text);
    if (const auto digit = digit_of(code)) {
      plain += *digit;
    } else if (is_plus(code) && plain.empty()) {
      plain += '+';
    } else if (!is_between_digits(code)) {
      return fail(ErrorKind::invalid,
                  "a phone number has only digits, perhaps a + in front, and between them spaces, "
                  "dashes, dots, slashes and brackets");
    }
  }
  plain = with_country(std::move(plain), country);
  const std::size_t count = plain.size() - (plain.starts_with('+') ? 1 : 0);
  if (count < phone_digits_min || count > phone_digits_max) {
    return fail(ErrorKind::invalid,
                "a phone number has 5 to 15 digits, and this one has " + std::to_string(count));
  }
  return plain;
}

Result<Contact> read_contact(const PersonBody& person, std::string_view phone_country) {
  OMS_CHECK(check_text(person.name, "name"));
  OMS_CHECK(refuse_card_number(person.email.value_or(""), "/customer/email"));
  Contact contact{.name = tidy_text(person.name.value_or("")),
                  .email = cleaned(person.email.value_or(""), is_invisible)};
  if (!contact.email.empty() && !is_mail_address(contact.email)) {
    return refuse(
        "this is no email address that can be written to: it has something on both sides of one "
        "@, at most 254 bytes, and no spaces, quotes, brackets, commas, colons, semicolons and "
        "backslashes",
        "email");
  }
  if (person.phone_number && !is_short_text(*person.phone_number)) {
    return refuse(std::string{short_text_rule}, "phoneNumber");
  }
  const auto typed = cleaned(person.phone_number.value_or(""), is_invisible);
  if (typed.empty()) return contact;
  auto plain = plain_phone_number(typed, phone_country);
  if (!plain) return refuse(plain.error().detail, "phoneNumber");
  // With a + it is a phone number, whatever its last digit.
  if (!plain->starts_with('+')) OMS_CHECK(refuse_card_number(*plain, "/customer/phoneNumber"));
  contact.phone_number = *std::move(plain);
  if (typed != contact.phone_number) contact.phone_typed = typed;
  return contact;
}

}  // namespace oms::edge
