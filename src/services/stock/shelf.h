#pragma once

#include <optional>
#include <span>
#include <vector>

#include "services/service.h"
#include "services/stock/records.h"

namespace oms::stock {

// The items that one decision moves. Each move keeps `available >= 0`; nothing is saved until
// `save_to`, so a refused order leaves no trace.
class Shelf {
 public:
  explicit Shelf(const Records& records) : records_(records) {}

  // False, and nothing moved, when there is not enough, or it is not sold any more.
  bool reserve(const ReservedLine& line);
  // The same, and it is sold at once.
  bool take(std::string_view product_id, std::int64_t quantity);
  void release(const ReservedLine& line);
  void commit(const ReservedLine& line);
  void take_back(std::string_view product_id, std::int64_t quantity);
  // It was sold and will not come back; less than 0 of it has turned up again.
  void write_off(std::string_view product_id, std::int64_t quantity);

  // Saves what has moved.
  void save_to(Decision& decision);

 private:
  Item* item(std::string_view product_id);

  const Records& records_;
  std::vector<Item> moved_;
};

// The lines with the same product on several of them added up. Nothing when a sum overflows.
std::optional<std::vector<ReservedLine>> merged(std::span<const OrderLine> lines);
std::optional<std::vector<ReservedLine>> merged(std::span<const ProductQuantity> lines);

}  // namespace oms::stock
