#pragma once

#include <memory>

#include "edge/gateway.h"
#include "ports/exchange.h"
#include "ports/tracer.h"

namespace oms::edge {

// Gives a request a span, which ends with its answer: one that changes an order, or whose caller
// has begun a trace. What it asks for then hangs on that. One that places an order without a
// caller's trace is the first span of the order's own. `gateway` has made the plan; `tracer` may be
// null.
std::unique_ptr<Exchange> traced(std::unique_ptr<Exchange> exchange, Plan& plan,
                                 const HttpRequest& request, const Gateway& gateway,
                                 Tracer* tracer);

}  // namespace oms::edge
