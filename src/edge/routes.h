#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "edge/call.h"

namespace oms::edge {

// `nearby`: anyone on this machine, for such a caller proves nothing.
enum class Access { anyone, nearby, nearby_or_operators, operators };

// `patch`: JSON that may say that it is a merge patch (RFC 7396).
enum class Body { ignored, json, patch };

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/customers/{customerID}/orders"
  Handler handler = nullptr;
  Access access = Access::anyone;
  Body body = Body::ignored;
  Face face = Face::customers;  // to which it belongs; what operators and providers call, too
};

// Which interfaces are looked through for a route.
struct Faces {
  std::optional<Face> only;
  std::optional<Face> but;

  bool have(Face face) const { return (!only || *only == face) && (!but || *but != face); }
};

// What operators must be allowed to do: "stock:write"; of a route that is not theirs alone, to do
// it for others. Empty: there is none.
std::string_view scope_of(const Route& route);

// All that the gateway answers to. The first route that fits is taken.
std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;
  PathValues values = {};
  std::string allowed = {};  // without a route: the methods that this path has; empty: none has it

  // What stands in the path for this value of the pattern, "{orderID}"; empty: it has none.
  std::string_view value_of(std::string_view name) const;
};

// HEAD is answered like GET. The path "*" stands for all of them.
RouteMatch find_route(std::string_view method, std::string_view path, const Faces& faces = {});

}  // namespace oms::edge
