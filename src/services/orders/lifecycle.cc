#include "services/orders/lifecycle.h"

#include <algorithm>
#include <stdexcept>

#include "codec/json_names.h"

namespace oms::orders {

Result<void> check_version(const Order& order, const std::vector<std::int64_t>& versions) {
  if (versions.empty() || std::ranges::find(versions, order.version) != versions.end()) return {};
  return fail(ErrorKind::stale, "the order has changed: it is at version " +
                                    std::to_string(order.version) + " now; read it again");
}

void become(Order& order, OrderStatus status, Reason reason, Time now) {
  if (!may_become(order.status, status)) {
    std::string problem{"an order may not go from "};
    problem.append(json::name_of(order.status)).append(" to ").append(json::name_of(status));
    throw std::logic_error(problem);
  }
  enter(order, status, reason, now);
}

void enter(Order& order, OrderStatus status, Reason reason, Time now) {
  order.status = status;
  order.reason = reason;
  ++order.version;
  order.updated_at = now;
  order.history.push_back(
      {.version = order.version, .status = status, .at = now, .reason = reason});
}

std::optional<NoticeKind> notice_for(const Order& order) {
  switch (order.status) {
    case OrderStatus::paid:
      return NoticeKind::paid;
    case OrderStatus::ready:
      if (fulfilment_of(order) != Fulfilment::pickup) return std::nullopt;
      return NoticeKind::ready;
    case OrderStatus::completed:
      return NoticeKind::completed;
    case OrderStatus::cancelled:
      return NoticeKind::cancelled;
    default:
      return std::nullopt;
  }
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
