#include "edge/given_name.h"

#include <algorithm>

#include "codec/json_read.h"
#include "codec/json_text.h"
#include "edge/words.h"
#include "messages/orders.h"

namespace oms::edge {
namespace {

constexpr std::size_t digits_max = 15;  // what a double holds exactly
constexpr std::int64_t number_max = 999'999'999'999'999;

bool is_number(std::string_view text) {
  const bool has_digits = !text.empty() && text.size() <= digits_max &&
                          std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return has_digits && (text == "0" || text.front() != '0');
}

}  // namespace

Result<std::string> read_given_name(const JsonText& given, std::string pointer) {
  // However a client writes it: 7, 7.0 and 7e0 are one number.
  const auto number = read_json<Bounded<0, number_max>>(given.text, Reading::strict);
  if (number) return std::to_string(number->value);
  auto text = read_json<std::string>(given.text, Reading::strict);
  if (text && is_name(*text)) return text;
  return fail(
      ErrorKind::invalid,
      std::string{"must be a whole number of at most 15 digits, or a text that "}.append(name_rule),
      std::move(pointer));
}

Result<std::int64_t> read_given_quantity(const JsonText& given, std::string pointer) {
  std::string_view text = given.text;
  const bool is_text = text.size() > 2 && text.starts_with('"');
  if (is_text) text = text.substr(1, text.size() - 2);
  const auto quantity = read_json<Bounded<1, quantity_max>>(text, Reading::strict);
  if (quantity && (!is_text || is_number(text))) return quantity->value;
  return fail(ErrorKind::invalid,
              "must be a whole number between 1 and " + std::to_string(quantity_max),
              std::move(pointer));
}

JsonText given_name(std::string_view name) {
  if (is_number(name)) return {std::string{name}};
  JsonText quoted;
  write_json_string(name, quoted.text);
  return quoted;
}

}  // namespace oms::edge
