#pragma once

#include <array>
#include <string_view>

#include "edge/caller.h"
#include "edge/gateway.h"

namespace oms::edge {

// What stands in a path where its route has {…}, in order.
using PathValues = std::array<std::string_view, 2>;

// One request on its way to the handler of its route.
struct Call {
  const HttpRequest& request;
  const GatewaySettings& settings;
  const Id& fresh_id;  // made for this request: its message's id, and a new order's
  Time now = {};
  Trace trace = {};
  PathValues values = {};
  Caller caller = {};
  std::optional<By> by = {};  // whose name it goes on record under; none: it does not

  // Of what goes on record; empty: it does not.
  std::string_view who() const { return by ? std::string_view{by->who} : std::string_view{}; }

  // The message that this request makes. `order_id` is nil where no order is concerned.
  Message message(const Id& order_id, Payload payload) const {
    return {.id = fresh_id,
            .order_id = order_id,
            .payload = std::move(payload),
            .trace = trace,
            .by = by};
  }
};

// An error becomes its problem.
using Handler = Result<Plan> (*)(const Call& call);

// 200 (or another) with a body of JSON.
inline HttpResponse json_response(std::string body, int status = 200) {
  return {.status = status, .body = std::move(body)};
}

}  // namespace oms::edge
