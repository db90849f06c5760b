#pragma once

#include "base/result.h"
#include "messages/stock.h"
#include "services/orders/records.h"
#include "services/service.h"

// Orders that are fulfilled line by line, and what is changed of them afterwards.
namespace oms::orders {

// An order sees at most so many changes of its lines.
inline constexpr std::int32_t revisions_max = 100;

// How the order's lines are to be, or why they cannot be so. `quote`: of the lines that are named,
// in their order. A revision without lines: they are so already.
Result<Revision> plan_revision(const ReviseOrder& asked, const Order& order, const Quote& quote);

// What is to have been taken of each line, in all.
std::vector<ProductQuantity> taken_by(const Revision& revision);

// The order as it is with so much taken of each of these lines: its lines, its total, and whether
// it is executed or cancelled.
void take_lines(Order& order, std::vector<OrderLine> lines,
                const std::vector<ProductQuantity>& taken, Reason reason, Time now);

}  // namespace oms::orders
