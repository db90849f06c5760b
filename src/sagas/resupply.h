#pragma once

#include <array>

#include "sagas/saga.h"

namespace oms::sagas {

// The lines of a `supply` are changed, also when it is over: more is taken from the shelf, less
// returns to it. PUT /oms/orders/{orderId}.
inline constexpr std::array resupply_steps{
    Step{.name = "change_lines", .act = Command::change_lines, .pivot = true},
    Step{.name = "apply", .act = Command::apply_change},
};

inline constexpr Saga resupply{
    .name = "resupply", .kind = Kind::change, .version = 1, .steps = resupply_steps};
static_assert(well_formed(resupply));

}  // namespace oms::sagas
