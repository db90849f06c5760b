#pragma once

#include <array>

#include "sagas/saga.h"

namespace oms::sagas {

// A meal, paid by link: POST /api/customers/{customerID}/orders.
inline constexpr std::array food_steps{
    Step{.name = "reserve_stock", .act = Command::reserve_stock, .undo = Command::release_stock},
    Step{.name = "collect_payment",
         .act = Command::collect_payment,
         .undo = Command::undo_payment,
         .within = &Limits::payment_window,
         .when_overdue = WhenOverdue::give_up,
         .overdue_reason = Reason::payment_expired,
         .shows_started = OrderStatus::waiting_payment,
         .shows_done = OrderStatus::paid},
    Step{.name = "commit_stock", .act = Command::commit_stock, .undo = Command::return_stock},
    Step{.name = "prepare",
         .act = Command::prepare_order,
         .undo = Command::cancel_ticket,
         .within = &Limits::kitchen,
         .shows_started = OrderStatus::preparing,
         .shows_done = OrderStatus::ready,
         .pivot = true,
         .waits_for_change = true},
    Step{.name = "deliver",
         .act = Command::deliver_order,
         .undo = Command::withdraw_delivery,
         .within = &Limits::delivery,
         .shows_started = OrderStatus::delivering,
         .shows_done = OrderStatus::completed},
};

inline constexpr Saga food{.name = "food", .version = 2, .steps = food_steps};
static_assert(well_formed(food));

// Where an operator aborted it, its delivery went on.
inline constexpr std::array food_1_steps{
    food_steps[0],
    food_steps[1],
    food_steps[2],
    food_steps[3],
    Step{.name = "deliver",
         .act = Command::deliver_order,
         .within = &Limits::delivery,
         .shows_started = OrderStatus::delivering,
         .shows_done = OrderStatus::completed},
};

inline constexpr Saga food_1{.name = "food", .version = 1, .steps = food_1_steps};
static_assert(well_formed(food_1));

}  // namespace oms::sagas
