#pragma once

#include "base/result.h"
#include "messages/payments.h"
#include "services/orders/records.h"
#include "services/service.h"

namespace oms::orders {

// What a refund comes to, from the order's frozen lines, or why there can be none. `payment`: as
// payments has just said that it stands.
Result<RequestedRefund> plan_refund(const RefundOrder& asked, const Order& order,
                                    const Refundable& payment, Time now);

// What is to have come back to the shelf, of each product and in all, once this refund is done.
std::vector<ProductQuantity> goods_back(const Order& order, const RequestedRefund& next);

}  // namespace oms::orders
