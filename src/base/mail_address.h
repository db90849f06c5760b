#pragma once

#include <string_view>

namespace oms {

// Whether a mail may be sent there, as far as can be told by looking at it: something on both sides
// of one @, at most 254 bytes (RFC 5321), nothing that has a meaning in a mail's header (white
// space, quotes, brackets, commas, colons, semicolons, backslashes), and nothing that nobody sees.
// `text` is valid UTF-8: letters beyond ASCII are good (RFC 6532).
bool is_mail_address(std::string_view text);

}  // namespace oms
