#pragma once

#include <cstdint>
#include <unordered_set>

#include "adapters/simulated/audit.h"
#include "sagas/saga.h"
#include "services/coordinator/records.h"
#include "services/delivery/records.h"
#include "services/kitchen/records.h"
#include "services/notifications/records.h"
#include "services/orders/records.h"
#include "services/payments/records.h"
#include "services/stock/records.h"

namespace oms::check {

// All that is kept of one order. What there is not, is null.
struct Story {
  Id id;
  const orders::Order* order = nullptr;
  std::uint64_t order_commits = 0;  // that have written the order
  const orders::ArchivedOrder* archived = nullptr;
  const coordinator::Saga* saga = nullptr;
  const stock::Reservation* reservation = nullptr;
  const payments::Payment* payment = nullptr;
  const kitchen::Ticket* ticket = nullptr;
  const delivery::Delivery* delivery = nullptr;
  const notifications::Notices* notices = nullptr;
  const SessionAudit* session = nullptr;  // of the provider's ledger

  bool is_empty() const {
    return order == nullptr && archived == nullptr && saga == nullptr && reservation == nullptr &&
           payment == nullptr && ticket == nullptr && delivery == nullptr && notices == nullptr;
  }
};

// Whether the order's life asks for this. It does not, if this program does not know the life.
bool asks_for(const orders::Order& order, sagas::Command command);

// Whether each line is fulfilled by itself, and may be changed when all is over.
inline bool is_by_line(const orders::Order& order) {
  return asks_for(order, sagas::Command::take_lines);
}

// Under which circumstances the records were read.
struct Circumstances {
  bool has_ledger = false;  // the provider's book could be read
  // The ledger was read after the records, while the server went on: it may be ahead of them.
  bool ledger_may_be_ahead = false;
  bool must_be_quiescent = false;
  // Orders made before this may have been tidied away, in part.
  Time kept_since = {};
  std::unordered_set<Id> with_dead_letter = {};  // these wait for the operator
};

// Whether records of this order may be missing because they are old.
bool may_be_tidied(const Story& story, const Circumstances& circumstances);

}  // namespace oms::check
