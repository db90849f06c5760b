#pragma once

#include "edge/call.h"

// Stock fulfilment, line by line and without money: /oms/orders. Each answer is
// {"success":…,"data":…,"error":…}, and every word of a status is in capitals. An order is EXECUTED
// if one of its lines is, and CANCELED if none is.
namespace oms::edge {

Result<Plan> place_supply(const Call& call);
Result<Plan> show_supply(const Call& call);
Result<Plan> change_supply(const Call& call);

}  // namespace oms::edge
