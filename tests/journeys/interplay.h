#pragma once

#include <string>

#include "sagas/interplay.h"
#include "tests/support/world.h"

namespace oms::testing {

// How an order of two pieces at 450 has ended.
struct Ending {
  std::string answer;  // to the event: "ok", "refused" or "unknown"
  OrderStatus status = OrderStatus::completed;
  Reason reason = Reason::none;
  std::int64_t sold = 2;    // pieces that are not on the shelf any more
  std::int64_t paid = 900;  // by the customer, in all
  std::int64_t kept = 900;  // of it
  std::string left_over;    // what is not at rest; empty: nothing
};

std::string to_text(const Ending& ending);

// How the outcome says that it ends.
Ending expected(const sagas::State& state, sagas::Event event);

// Leads an order to that state, lets the event happen, and then all else go its usual way for nine
// hours.
Ending play(const sagas::State& state, sagas::Event event, Wiring wiring);

}  // namespace oms::testing
