#pragma once

#include <string_view>

#include "base/result.h"

namespace oms::postgres {

// What an SQLSTATE means to the caller. `conflict`: nothing was written, decide again.
// `unavailable`: it heals by itself or by an operator. `invalid`: PostgreSQL cannot hold such a
// value. Anything else is a fault of ours, or of the database: `internal`.
Error error_of(std::string_view sqlstate, std::string_view message);

}  // namespace oms::postgres
