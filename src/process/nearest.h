#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oms::process {

// The name that was probably meant by one that is not known: the nearest, if it is near enough to
// be a slip. Empty: none.
std::string nearest_to(std::string_view unknown, std::span<const std::string> names);

}  // namespace oms::process
