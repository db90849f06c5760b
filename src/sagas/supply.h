#pragma once

#include <array>

#include "sagas/saga.h"

namespace oms::sagas {

// Goods that leave the shelf line by line, and no money: POST /oms/orders. It is cancelled only
// where not one line is there.
inline constexpr std::array supply_steps{
    Step{.name = "take_lines",
         .act = Command::take_lines,
         .undo = Command::return_stock,
         .pivot = true},
    Step{.name = "complete", .shows_done = OrderStatus::completed},
};

inline constexpr Saga supply{.name = "supply", .version = 1, .steps = supply_steps};
static_assert(well_formed(supply));

}  // namespace oms::sagas
