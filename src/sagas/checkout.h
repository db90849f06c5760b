#pragma once

#include <array>

#include "sagas/saga.h"

namespace oms::sagas {

// Goods, paid by card or from the customer's account. The money is held before the goods are taken
// from the shelf, and taken after: POST /orders, and `"type": "checkout"`.
inline constexpr std::array checkout_steps{
    Step{.name = "reserve_stock", .act = Command::reserve_stock, .undo = Command::release_stock},
    Step{.name = "authorize", .act = Command::authorize_payment, .undo = Command::undo_payment},
    Step{.name = "commit_stock", .act = Command::commit_stock, .undo = Command::return_stock},
    Step{.name = "capture",
         .act = Command::capture_payment,
         .undo = Command::undo_capture,
         .shows_done = OrderStatus::paid,
         .pivot = true,
         .waits_for_change = true},
    Step{.name = "complete", .shows_done = OrderStatus::completed},
};

inline constexpr Saga checkout{.name = "checkout", .version = 1, .steps = checkout_steps};
static_assert(well_formed(checkout));

}  // namespace oms::sagas
