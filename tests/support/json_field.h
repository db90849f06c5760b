#pragma once

#include <string>
#include <string_view>

namespace oms::testing {

// The text of the first `"name":"..."` in a JSON text, or of `"name":123`; empty if there is none.
std::string field(std::string_view json, std::string_view name);

}  // namespace oms::testing
