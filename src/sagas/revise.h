#pragma once

#include <array>

#include "sagas/saga.h"

// The customer changes the lines of an order whose preparation has not begun: PATCH
// /api/customers/{customerID}/orders/{orderID}.
namespace oms::sagas {

// Not paid yet: the link is closed, and another one opened for the new total. If it turns out that
// the old one was paid, that payment counts and the change fails.
inline constexpr std::array revise_unpaid_steps{
    Step{.name = "close_link",
         .act = Command::close_link,
         .undo = Command::reopen_link,
         .within = &Limits::undo},
    Step{.name = "change_reservation", .act = Command::change_reservation, .pivot = true},
    Step{.name = "open_link", .act = Command::open_link},
    Step{.name = "apply", .act = Command::apply_change},
};

inline constexpr Saga revise_unpaid{.name = "revise_unpaid",
                                    .kind = Kind::change,
                                    .version = 1,
                                    .steps = revise_unpaid_steps,
                                    .holds_life = true};
static_assert(well_formed(revise_unpaid));

// Paid: the kitchen waits, the difference is refunded, and the ticket goes on with fewer lines.
inline constexpr std::array revise_paid_steps{
    Step{.name = "hold_ticket", .act = Command::hold_ticket, .undo = Command::release_ticket},
    Step{.name = "refund_payment",
         .act = Command::refund_payment,
         .within = &Limits::undo,
         .pivot = true},
    Step{.name = "return_lines", .act = Command::return_lines},
    Step{.name = "change_ticket", .act = Command::change_ticket},
    Step{.name = "apply", .act = Command::apply_change},
};

inline constexpr Saga revise_paid{.name = "revise_paid",
                                  .kind = Kind::change,
                                  .version = 1,
                                  .steps = revise_paid_steps,
                                  .holds_life = true};
static_assert(well_formed(revise_paid));

}  // namespace oms::sagas
