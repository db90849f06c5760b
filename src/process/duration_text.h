#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace oms::process {

// Reads "500ms", "3s", "30m", "1h30m", "30d", or "0". Whole numbers only, each unit once at most,
// from the largest to the smallest.
std::optional<Duration> parse_duration(std::string_view text);

// The shortest text that `parse_duration` reads as the same: "90s", "1h", "0".
std::string to_text(Duration duration);

}  // namespace oms::process
