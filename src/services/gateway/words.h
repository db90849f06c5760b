#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::gateway {

// UTF-8 without control characters, which have no business in a name, a log or a header.
bool is_printable(std::string_view text);

// Whether the text may be a customer's or a product's id: 1 to 63 bytes of printable UTF-8.
bool is_name(std::string_view text);

// An address that a mail may be sent to, as far as can be told by looking at it: at most 254
// bytes, something on both sides of one @, no white space.
bool is_email(std::string_view text);

// The phone number without what people put between its digits (spaces, dashes, dots, brackets):
// 5 to 15 digits, perhaps with a + in front. Empty if it is none.
std::string plain_phone_number(std::string_view text);

}  // namespace oms::gateway
