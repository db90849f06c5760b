#pragma once

#include "base/result.h"
#include "messages/stock.h"
#include "services/orders/records.h"

namespace oms::orders {

// The order that these lines make at the quoted prices, or why it cannot be accepted.
Result<Order> accept(const PlaceOrder& place, const Id& order_id, const Quote& quote, Time now);

}  // namespace oms::orders
