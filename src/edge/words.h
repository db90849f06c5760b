#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::edge {

// UTF-8 without control characters, which have no business in a name, a log or a header.
bool is_printable(std::string_view text);

// Whether the text may be a customer's or a product's id: 1 to 63 bytes of printable UTF-8, which
// can be one segment of a path: no slash, no backslash, not "." or "..".
bool is_name(std::string_view text);
inline constexpr std::string_view name_rule =
    "has 1 to 63 bytes, no slash or backslash and no control characters, and is not . or ..";

// Whether the text may be a name or a note that people wrote; it may be empty.
bool is_short_text(std::string_view text);
inline constexpr std::string_view short_text_rule =
    "must have at most 200 bytes and no control characters";

}  // namespace oms::edge
