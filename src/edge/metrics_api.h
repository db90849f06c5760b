#pragma once

#include "edge/call.h"
#include "ports/metrics.h"

// GET /api/admin/metrics: what all processes of the shop count, as one.
namespace oms::edge {

Result<Plan> show_metrics(const Call& call);

// {"processes":[…],"unreached":[…],"metrics":[…]}
HttpResponse metrics(const GatheredMetrics& gathered);

}  // namespace oms::edge
