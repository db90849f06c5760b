#pragma once

#include <vector>

#include "edge/call.h"
#include "edge/paging.h"
#include "edge/query_string.h"
#include "messages/message.h"

// Answers that only operators get. Most views are shown as they are kept: field by field, times in
// milliseconds since 1970.
namespace oms::edge {

// {"items":[…],"nextCursor":"…"} and {"item":…} with its ETag
HttpResponse stock_list(const Page& page, ListTag list);
HttpResponse stock_item(const Result<Record>& result);
// The same, or 304 where the caller has that version already; a record that is not there is 404.
HttpResponse shown_stock_item(const Record& record, std::string_view if_none_match);

// An order with all that other services know of it; what does not exist is left out.
std::vector<Key> keys_of_whole_order(const Id& id);
HttpResponse whole_order(const std::vector<Found>& found);

HttpResponse ticket_list(const Page& page, ListTag list);
HttpResponse ticket(const Result<Record>& result);
HttpResponse delivery_list(const Page& page, ListTag list);
HttpResponse delivery(const Result<Record>& result);

HttpResponse dead_letter_list(const Page& page, ListTag list);
HttpResponse settled_dead_letter(const Result<Record>& result);

// The statuses that the parameter `status` names, separated by commas; empty where it is not there.
Result<std::vector<OrderStatus>> statuses_parameter(const Parameters& parameters);

}  // namespace oms::edge
