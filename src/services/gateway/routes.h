#pragma once

#include <span>
#include <string>
#include <string_view>

#include "services/gateway/call.h"

namespace oms::gateway {

enum class Access { anyone, operators };
enum class Body { ignored, json };

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/customers/{customerID}/orders"
  Handler handler = nullptr;
  Access access = Access::anyone;
  Body body = Body::ignored;
};

// All that the gateway answers to. The first route that fits is taken.
std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;
  PathValues values = {};
  std::string allowed = {};  // without a route: the methods that this path has; empty: none has it
};

// HEAD is answered like GET.
RouteMatch find_route(std::string_view method, std::string_view path);

}  // namespace oms::gateway
