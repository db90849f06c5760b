#pragma once

#include "edge/call.h"

// Erasing who a customer is. The caller of these is an operator.
namespace oms::edge {

// DELETE /api/admin/customers/{customerID}/personal-data
Result<Plan> erase_customer(const Call& call);

// GET of the same: how far that is.
Result<Plan> show_erasure(const Call& call);

}  // namespace oms::edge
