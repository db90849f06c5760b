#pragma once

#include <array>

#include "sagas/food.h"

namespace oms::sagas {

// A meal that the customer comes for: until the kitchen has started it is `food`.
inline constexpr std::array pickup_steps{
    food_steps[0],
    food_steps[1],
    food_steps[2],
    food_steps[3],
    Step{.name = "hand_over",
         .act = Command::hand_over,
         .undo = Command::withdraw_delivery,
         .within = &Limits::collection,
         .shows_done = OrderStatus::completed},
};

inline constexpr Saga pickup{.name = "pickup", .version = 1, .steps = pickup_steps};
static_assert(well_formed(pickup));

}  // namespace oms::sagas
