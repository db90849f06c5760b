#pragma once

#include <cstdint>

#include "services/service.h"
#include "services/stock/records.h"

namespace oms::stock {

inline StepAnswer answer_to(const StepRef& ref, StepAnswer::Result result,
                            Reason reason = Reason::none) {
  return {.ref = ref, .result = result, .reason = reason};
}

// An order's own reservation; null when none has been tried.
inline const Reservation* reservation_of(const Message& message, const Records& records) {
  return records.get<Reservation>(message.order_id);
}

// Whether its units count against what its customer may hold.
inline bool counts_as_held(const Reservation& reservation, std::int64_t held_units_max) {
  return held_units_max > 0 && reservation.state == ReservationState::held;
}

// What is sold at once, and how an order's lines are changed. Asked again, what was decided stands:
// by then there may be more on the shelf, and the order would not know of it.
Decision take(const TakeLines& command, const Message& message, const Records& records);
Decision change(const ChangeLines& command, const Message& message, const Records& records);
Decision change(const ChangeReservation& command, const Message& message, const Records& records,
                std::int64_t held_units_max);

}  // namespace oms::stock
