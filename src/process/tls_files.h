#pragma once

#include "adapters/grpc/server.h"
#include "base/result.h"
#include "process/settings.h"

namespace oms::process {

// The certificates that the settings name. Errors: invalid.
Result<grpc_api::GrpcTls> tls_of(const Settings& settings);

}  // namespace oms::process
