#pragma once

#include <string>

#include "tests/support/world.h"

namespace oms::testing {

// What a story sees of the world, in words.
class Sights {
 public:
  explicit Sights(World& world) : world_(world) {}

  std::string order(const Id& id);
  std::string item(std::string_view product_id);
  std::string lines(const Id& id);     // of the order, and its total
  std::string revision(const Id& id);  // the last one
  std::string ticket(const Id& id);
  std::string delivery(const Id& id);
  std::string money(const Id& id);
  std::string refunds(const Id& id);  // and disputes
  std::string changes(const Id& id);  // refunds that the operator has asked for, and the goods
  std::string asked(const Id& id);    // of the provider
  std::string told(const Id& id);     // to the customer
  std::string shown(const Id& id);    // what the order tells of its notices
  std::string account(std::string_view customer_id);
  std::string alarms();

 private:
  World& world_;
};

}  // namespace oms::testing
