#pragma once

#include <string>
#include <string_view>

#include "codec/json_sink.h"

namespace oms {

// Appends `text` in quotes, escaped. NUL and bytes that are not UTF-8 become U+FFFD.
void write_json_string(std::string_view text, std::string& out);

namespace json {

void write_string(std::string_view text, Sink& out);

}  // namespace json

}  // namespace oms
