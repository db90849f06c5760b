#pragma once

#include "base/result.h"
#include "messages/coordinator.h"
#include "messages/stock.h"
#include "services/orders/records.h"
#include "services/service.h"

// What is changed of an order after it was placed: line by line where it is fulfilled so, also when
// it is over; elsewhere as a whole, until its preparation begins.
namespace oms::orders {

// How the order's lines are to be, or why they cannot be so. `quote`: of the lines that are named,
// in their order. A revision without lines: they are so already.
Result<Revision> plan_revision(const ReviseOrder& asked, const Order& order, const Quote& quote);

// The change that brings the revision about.
StartChange change_for(const Revision& revision, const Order& order);

// The order as it is once the change is done. `change`: what has come of each line.
void apply(Order& order, const ApplyChange& change, Time now);

// The order as it is with so much taken of each of these lines: its lines, its total, and whether
// it is executed or cancelled.
void take_lines(Order& order, std::vector<OrderLine> lines,
                const std::vector<ProductQuantity>& taken, Reason reason, Time now);

// Changes the note, and whom the order is for. False if all was so already. Errors: conflict, once
// the preparation has begun.
Result<bool> change_details(const ReviseOrder& asked, Order& order);

// The lines are as asked already, however an earlier change of them ended: its failure is no longer
// news, and no answer to this request. Whether there was one.
bool forget_failure(const ReviseOrder& asked, Order& order);

}  // namespace oms::orders
