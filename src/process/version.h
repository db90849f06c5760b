#pragma once

#include <string_view>

namespace oms::process {

inline constexpr std::string_view version = "0.1.0";

// The commit that this was built from, with "-dirty" where something was changed after it;
// "unknown" where there was no repository.
std::string_view revision();

}  // namespace oms::process
