#pragma once

#include <string_view>

namespace oms {

// Whether a mail may be sent there, as far as can be told by looking at it: ASCII, something on
// both sides of one @, at most 254 bytes, and nothing that has a meaning in a mail's header (white
// space, quotes, brackets, commas, colons, semicolons, backslashes).
bool is_mail_address(std::string_view text);

}  // namespace oms
