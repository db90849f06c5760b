#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/stock/records.h"
#include "tools/check/findings.h"

namespace oms::check {

// Whether each item's ledger comes to what is on hand, line by line. Bounded: as many as there are
// items.
class StockLedgers {
 public:
  // Of one item in the order of their numbers.
  void add(const stock::Movement& movement, Findings& findings);

  void compare(const std::vector<stock::Item>& items, Findings& findings) const;

 private:
  struct Ledger {
    std::int64_t last = 0;  // line
    std::int64_t on_hand = 0;
  };
  std::map<std::string, Ledger, std::less<>> ledgers_;
};

}  // namespace oms::check
