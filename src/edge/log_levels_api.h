#pragma once

#include "edge/call.h"
#include "ports/logs.h"

// GET and PATCH /api/admin/log-levels: how much the logs tell, service by service.
namespace oms::edge {

Result<Plan> show_log_levels(const Call& call);
Result<Plan> change_log_levels(const Call& call);

// {"levels":{"payments":"info",...},"unreached":[...]}
HttpResponse log_levels(const GatheredLogLevels& gathered);

}  // namespace oms::edge
