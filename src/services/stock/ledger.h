#pragma once

#include <string_view>

#include "base/time_zone.h"
#include "services/service.h"
#include "services/stock/records.h"

namespace oms::stock {

// When something moves, in the shop's time zone, and why, in the operator's words.
struct Occasion {
  Time at;
  const TimeZone& zone;
  std::string_view reason;
};

// Keeps the ledger of each item that the decision saves: what its counters have moved by becomes
// movements. The operator's are rows of their own; those of orders are summed in the item, and
// become a row for each kind with the first movement of another day, or before the operator's next.
// So a row costs an order nothing, and all rows and today's sums together are what is on hand.
void keep_ledger(Decision& decision, const Records& records, const Occasion& occasion);

// The line as the first of its item's ledger: what was on hand after it. Lines before it may go,
// and the others still come to the same.
Movement opening_at(Movement line);

}  // namespace oms::stock
