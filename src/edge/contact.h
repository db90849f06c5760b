#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "messages/common.h"

namespace oms::edge {

struct PersonBody {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone_number;
};
BOOST_DESCRIBE_STRUCT(PersonBody, (), (name, email, phone_number))

// What people wrote, without the space around it and without marks that turn the direction of what
// stands after it.
std::string tidy_text(std::string_view text);

// How the customer can be told. A field that was left empty in a form is not given. Space around a
// text and marks that nobody sees, which a copied text brings along, are no part of it. A card's
// number is refused. Pointers of the errors lead into an order's body.
Result<Contact> read_contact(const PersonBody& person, std::string_view phone_country = {});

// The number to send to: 5 to 15 digits (E.164), perhaps with a + in front. `text` may have between
// them what people write there (spaces, dashes, dots, slashes, brackets, invisible marks), the
// digits of other scripts, and the (0) that is not dialed after a country code. Where a country is
// given ("+49") it goes before a number without one, in place of a 0 in front, and 00 becomes +.
Result<std::string> plain_phone_number(std::string_view text, std::string_view country = {});

}  // namespace oms::edge
