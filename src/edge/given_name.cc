#include "edge/given_name.h"

#include <algorithm>

#include "codec/json_read.h"
#include "codec/json_text.h"
#include "edge/words.h"
#include "messages/orders.h"

namespace oms::edge {
namespace {

constexpr std::size_t digits_max = 15;  // what a double holds exactly

bool is_number(std::string_view text) {
  const bool has_digits = !text.empty() && text.size() <= digits_max &&
                          std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return has_digits && (text == "0" || text.front() != '0');
}

}  // namespace

Result<std::string> read_given_name(const JsonText& given, std::string pointer) {
  if (is_number(given.text)) return given.text;
  auto text = read_json<std::string>(given.text, Reading::strict);
  if (text && is_name(*text)) return text;
  return fail(
      ErrorKind::invalid,
      std::string{"must be a whole number of at most 15 digits, or a text that "}.append(name_rule),
      std::move(pointer));
}

Result<std::int64_t> read_given_quantity(const JsonText& given, std::string pointer) {
  std::string_view text = given.text;
  if (text.size() > 2 && text.starts_with('"')) text = text.substr(1, text.size() - 2);
  const auto quantity = read_json<Bounded<1, quantity_max>>(text, Reading::strict);
  if (quantity) return quantity->value;
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
