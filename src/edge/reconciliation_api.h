#pragma once

#include "edge/call.h"
#include "messages/reconciliation.h"

// /api/admin/reconciliation: how our books compare with the payment provider's.
namespace oms::edge {

Result<Plan> show_reconciliation(const Call& call);
Result<Plan> start_reconciliation(const Call& call);

// {"reconciliation":{…}}
HttpResponse reconciliation(const Reconciliation& run, int status = 200);

}  // namespace oms::edge
