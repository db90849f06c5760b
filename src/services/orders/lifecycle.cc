#include "services/orders/lifecycle.h"

#include <boost/describe/enum_to_string.hpp>
#include <stdexcept>

namespace oms::orders {

void become(Order& order, OrderStatus status, Reason reason, Time now) {
  if (!may_become(order.status, status)) {
    using boost::describe::enum_to_string;
    throw std::logic_error(std::string{"an order may not go from "} +
                           enum_to_string(order.status, "?") + " to " +
                           enum_to_string(status, "?"));
  }
  order.status = status;
  order.reason = reason;
  ++order.version;
  order.updated_at = now;
  order.history.push_back(
      {.version = order.version, .status = status, .at = now, .reason = reason});
}

std::string summary_of(const Order& order) {
  std::string text;
  for (const auto& line : order.lines) {
    if (!text.empty()) text += ", ";
    text += std::to_string(line.quantity) + " × " + line.product_name;
  }
  return text;
}

}  // namespace oms::orders
