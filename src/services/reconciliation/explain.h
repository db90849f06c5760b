#pragma once

#include <string>
#include <string_view>

#include "messages/reconciliation.h"

namespace oms::reconciliation {

// One sentence: what differs and since when, what that means, and what to do. `what` is as it would
// go on after a time: "the provider has captured 4.50 usd and our payment is link_ready".
std::string explain(const Finding& finding, std::string_view what);

// "4.50 usd"
std::string money(MinorUnits amount, std::string_view currency);

}  // namespace oms::reconciliation
