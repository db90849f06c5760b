#pragma once

#include <array>

#include "sagas/saga.h"

namespace oms::sagas {

// A part of the money, or what is left of it, goes back, also when the order is long completed.
inline constexpr std::array refund_steps{
    Step{.name = "refund_payment",
         .act = Command::refund_payment,
         .within = &Limits::undo,
         .pivot = true},
    Step{.name = "return_lines", .act = Command::return_lines},
    Step{.name = "apply", .act = Command::apply_change},
};

inline constexpr Saga refund{
    .name = "refund", .kind = Kind::change, .version = 1, .steps = refund_steps};
static_assert(well_formed(refund));

}  // namespace oms::sagas
