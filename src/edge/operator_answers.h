#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "codec/json_names.h"
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

// The orders of one status among those of the page, at most `paging.limit`. The cursor is the last
// order that was looked at.
HttpResponse orders_in_status(const Page& page, OrderStatus status, const Paging& paging);

// An order with all that other services know of it; what does not exist is left out.
std::vector<Key> keys_of_whole_order(const Id& id);
HttpResponse whole_order(const std::vector<Found>& found);

HttpResponse ticket_list(const Page& page, ListTag list);
HttpResponse ticket(const Result<Record>& result);
HttpResponse delivery_list(const Page& page, ListTag list);
HttpResponse delivery(const Result<Record>& result);

HttpResponse dead_letter_list(const Page& page, ListTag list);
HttpResponse settled_dead_letter(const Result<Record>& result);

// The status of that name; an error if it is none of `allowed` (empty: all).
template <json::DescribedEnum E>
Result<E> status_named(std::string_view text, std::initializer_list<E> allowed = {}) {
  std::string names;
  for (const auto& [value, name] : json::enumerators<E>) {
    if (allowed.size() > 0 && std::ranges::find(allowed, value) == allowed.end()) continue;
    if (text == name) return value;
    if (!names.empty()) names += ", ";
    names += name;
  }
  return fail(ErrorKind::invalid, "the parameter 'status' is one of " + names);
}

// The parameter `status`, if it is there.
template <json::DescribedEnum E>
Result<std::optional<E>> status_parameter(const Parameters& parameters,
                                          std::initializer_list<E> allowed = {}) {
  const auto* text = parameters.find("status");
  if (text == nullptr) return std::nullopt;
  OMS_TRY(const E status, status_named<E>(*text, allowed));
  return status;
}

// The same with several of them, separated by commas; empty where it is not there.
Result<std::vector<OrderStatus>> statuses_parameter(const Parameters& parameters);

}  // namespace oms::edge
