#pragma once

#include <memory>

#include "edge/gateway.h"
#include "ports/exchange.h"
#include "ports/tracer.h"

namespace oms::edge {

// Gives a request that changes an order a span: what it asks for then hangs on that. One that
// places an order without a caller's trace is the first span of the order's own. `tracer` may be
// null.
std::unique_ptr<Exchange> traced(std::unique_ptr<Exchange> exchange, Plan& plan,
                                 const HttpRequest& request, Tracer* tracer);

}  // namespace oms::edge
