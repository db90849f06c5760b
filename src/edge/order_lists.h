#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "edge/gateway.h"
#include "edge/paging.h"
#include "messages/orders.h"

// Lists of orders, newest first. There are indexes of the orders that are under way and of those
// that were cancelled, and none that tells each status, which would not be worth its writes. What
// is chosen is looked for among a bounded number of orders for each page. So a page may be short,
// or empty, and still have a next.
namespace oms::edge {

// Which orders are wanted: ?status=paid&from=2026-01-31T00:00:00Z&to=2026-02-01T00:00:00Z
struct OrderChoice {
  std::optional<Face> face = {};  // placed through it
  std::optional<OrderStatus> status = {};
  std::optional<Time> from = {};  // placed then or later
  std::optional<Time> to = {};    // placed before

  bool takes(const OrderView& order) const;
  // Whether the parameters leave some out.
  bool is_some() const { return status || from || to; }
};

// An error for a status that is none, for a time that is none, and for an end before its beginning.
Result<OrderChoice> read_choice(const Parameters& parameters);

// The same choice is the same list.
ListTag tag_of(std::string_view path, const Parameters& parameters);

// Reads the orders of the query (its type, column and value). Where some are to be left out, at
// most so many are looked at for a page.
List list_of_orders(Query query, const OrderChoice& choice, const Paging& paging,
                    std::size_t looked_at);

}  // namespace oms::edge
