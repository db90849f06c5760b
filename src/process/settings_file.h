#pragma once

#include <string>

namespace oms::process {

// A TOML file that changes nothing: every setting with its default, by groups, behind a "#", and
// what it is above it.
std::string commented_settings();

}  // namespace oms::process
