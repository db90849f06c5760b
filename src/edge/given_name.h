#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_kinds.h"

namespace oms::edge {

// A customer's or a product's id from a client that may write it as a number: 7 and "7" are one.
// Errors: invalid, at that pointer, if it is neither a name (see words.h) nor a whole number.
Result<std::string> read_given_name(const JsonText& given, std::string pointer);

// How many of a product, from a client that may write numbers as texts: 2 and "2" are one.
// Errors: invalid, at that pointer, if it is no whole number within the bounds.
Result<std::int64_t> read_given_quantity(const JsonText& given, std::string pointer);

// Back in the form in which such clients have it: a number if it can be one.
JsonText given_name(std::string_view name);

}  // namespace oms::edge
