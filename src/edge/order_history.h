#pragma once

#include "edge/call.h"

namespace oms::edge {

// GET /api/customers/{customerID}/orders/{orderID}/history: {"orderID":…,"history":[…]}, each
// status that the order has had, with when and why.
Result<Plan> show_history(const Call& call);

}  // namespace oms::edge
