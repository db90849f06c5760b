#pragma once

#include <string>
#include <string_view>

#include "adapters/simulated/book.h"

namespace oms::simulated {

// Stripe's name for what has happened: "checkout.session.completed".
std::string_view type_of(const Event& event);

// The event as Stripe would write it: the same bytes each time that it is told.
std::string write_event(const Event& event);

}  // namespace oms::simulated
