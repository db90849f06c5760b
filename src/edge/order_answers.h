#pragma once

#include <string_view>
#include <vector>

#include "edge/call.h"
#include "messages/orders.h"

// Answers about orders that customers and operators get alike.
namespace oms::edge {

// Null if it is another thing, or nothing.
const OrderView* order_in(const Record& record);

// Of a cancellation: the order, for it is accepted and under way; or why not.
HttpResponse cancellation(const Result<Record>& result);
// The order, on which the refund has begun.
HttpResponse refund_begun(const Result<Record>& result);

// Why the last change of the order's lines has not happened, of a request that asked for it; none:
// it has, or is under way.
std::optional<Error> failed_revision(const OrderView& order);
bool is_being_revised(const OrderView& order);

// Of a change: the order, as it is changed; 202 while the change of its lines is under way; or why
// its lines have not changed.
HttpResponse revision(const Result<Record>& result, const ReviseOrder& asked);

// The keys under which an order may be found: its own and, last, its entry in the archive.
std::vector<Key> keys_of_order(const Id& id);

// Whether the archive says that this customer (empty: anyone) had that order, by their own
// interface; if so, a 410.
std::optional<HttpResponse> archived_order(const Record& entry, std::string_view customer_id);

}  // namespace oms::edge
