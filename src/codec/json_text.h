#pragma once

#include <string>
#include <string_view>

namespace oms {

// Appends `text` in quotes, escaped. NUL and bytes that are not UTF-8 become U+FFFD.
void write_json_string(std::string_view text, std::string& out);

}  // namespace oms
