#pragma once

#include <boost/describe.hpp>

#include <cstdint>
#include <string>

#include "base/money.h"
#include "cli/client.h"

namespace oms::cli {

// An item as the server tells of it.
struct ItemView {
  std::string product_id;
  std::string name;
  std::string kind;
  MinorUnits price = 0;
  std::string currency;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t available = 0;
  std::int64_t low_at = 0;
  std::int64_t version = 0;
  bool archived = false;
};
BOOST_DESCRIBE_STRUCT(ItemView, (),
                      (product_id, name, kind, price, currency, on_hand, reserved, available,
                       low_at, version, archived))

// {"item": {...}}
Outcome<ItemView> read_item(std::string_view body);

// What was answered to a change of an item: the item as it then stands.
Exit show_item(const ServerFlags& flags, const std::string& body);

// The commands that are in a file of their own.
void add_stock_movements(const Command& stock);
void add_stock_adjust(const Command& stock);

}  // namespace oms::cli
