#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/orders/records.h"

namespace oms::orders {

// Whether an order may go from one status to another. The ends have no way out.
constexpr bool may_become(OrderStatus from, OrderStatus to) {
  if (is_final(from)) return false;
  return to == OrderStatus::cancelled || to > from;
}
static_assert(may_become(OrderStatus::pending, OrderStatus::waiting_payment));
static_assert(!may_become(OrderStatus::completed, OrderStatus::cancelled));
static_assert(!may_become(OrderStatus::paid, OrderStatus::pending));

// Whether the customer may still cancel: until the kitchen has started.
constexpr bool may_be_cancelled(OrderStatus status) {
  return status < OrderStatus::preparing;
}

constexpr std::string_view too_late_to_cancel(OrderStatus status) {
  return is_final(status) ? "the order is over: it can no longer be cancelled"
                          : "the kitchen has started: the order can no longer be cancelled";
}

// Whether the order is at one of these versions; none named: at any. Errors: stale.
Result<void> check_version(const Order& order, const std::vector<std::int64_t>& versions);

// Shows the status and notes it in the history.
void enter(Order& order, OrderStatus status, Reason reason, Time now);

// Moves the order on: the same for a step of its life. Throws when the step is not legal.
void become(Order& order, OrderStatus status, Reason reason, Time now);

// What the customer is told when an order gets there, if anything.
std::optional<NoticeKind> notice_for(const Order& order);

// "2 × Cheese, 1 × Chocolate"
std::string summary_of(const Order& order);

}  // namespace oms::orders
