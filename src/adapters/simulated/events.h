#pragma once

#include <string>

#include "adapters/simulated/ledger.h"

namespace oms::simulated {

// The event as Stripe would write it: the same bytes each time that it is told.
std::string write_event(const Event& event);

}  // namespace oms::simulated
