#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace oms::curl {

// "Fri, 24 May 2019 17:44:46 +0000" (RFC 5322), to the second. None: it is no date.
std::optional<Time> parse_date(const std::string& text);

}  // namespace oms::curl
