#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::gateway {

// Appends `text` percent-encoded, but for letters, digits, "-._~" and what is in `also_plain`: as
// it is, it may be one segment of a path or one value of a query.
void percent_encode(std::string_view text, std::string_view also_plain, std::string& out);

// Decodes one name or value of a form: '+' is a space. None where a % is not followed by two hex
// digits, or stands for a control character.
std::optional<std::string> percent_decode(std::string_view text);

// The first parameter of that name in a query ("limit=20&cursor=abc"), decoded. None if there is no
// such parameter or it is empty.
Result<std::optional<std::string>> parameter(std::string_view query, std::string_view name);

}  // namespace oms::gateway
