#pragma once

#include <string>

#include "tools/check/auditor.h"

namespace oms::check {

// For people: a table of the invariants, what was read, and the first few violations of each.
std::string report_text(const Auditor& auditor);

// For machines: one object on one line.
std::string report_json(const Auditor& auditor);

}  // namespace oms::check
