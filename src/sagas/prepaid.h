#pragma once

#include <array>

#include "sagas/saga.h"

namespace oms::sagas {

// Goods, paid by card before the shelf is looked at: what is not there is refunded. POST /order.
inline constexpr std::array prepaid_steps{
    Step{.name = "charge",
         .act = Command::charge_payment,
         .undo = Command::undo_payment,
         .shows_done = OrderStatus::paid},
    Step{.name = "take_stock",
         .act = Command::take_stock,
         .undo = Command::return_stock,
         .pivot = true},
    Step{.name = "complete", .shows_done = OrderStatus::completed},
};

inline constexpr Saga prepaid{.name = "prepaid", .version = 1, .steps = prepaid_steps};
static_assert(well_formed(prepaid));

}  // namespace oms::sagas
