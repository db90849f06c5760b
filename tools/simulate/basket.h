#pragma once

#include "tools/simulate/chance.h"
#include "tools/simulate/scenario.h"

namespace oms::simulate {

// Of all seeds one half has odd baskets: the last pieces of an item that many want at the same
// moment, prices up to the highest, one item on several lines, quantities at their bounds and
// beyond, sums that no total can hold, and just as much as one customer may hold.
void draw_odd_baskets(Scenario& scenario, Chance chance);

// In every seed the last customer comes when all has healed, and does nothing but order and pay.
void draw_late_guest(Scenario& scenario);

}  // namespace oms::simulate
