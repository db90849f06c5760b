#pragma once

#include "tools/simulate/scenario.h"

namespace oms::simulate {

// A smaller scenario that breaks the same rule: orders, incidents, restocks and price changes are
// left out, and each order's faults, as long as it still does. Nothing in it can be left out alone.
Scenario shrink(Scenario scenario, const std::string& rule);

}  // namespace oms::simulate
