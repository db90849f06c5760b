#pragma once

#include <functional>
#include <string>

#include "base/id.h"
#include "base/money.h"
#include "base/result.h"
#include "base/time.h"

namespace oms {

// What the simulated provider's ledger says of one order, summed over its entries. Of several
// sessions it is the last; those before were closed when the next one was opened.
struct SessionAudit {
  enum class Status { open, complete, expired };

  Id order_id;
  MinorUnits amount = 0;  // asked for
  std::string currency;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  std::int64_t charges = 0;
  Status status = Status::open;
  Time created_at;
  MinorUnits closed_captured = 0;  // of all sessions before the last
  MinorUnits closed_refunded = 0;
};

// Calls `visit` for every order of the ledger in that file, in the order of their ids. It
// reads on a connection of its own, in slices, so the provider may be running; each session is as
// it was when its slice was read. Errors: unavailable.
Result<void> for_each_session(const std::string& path,
                              const std::function<void(const SessionAudit&)>& visit);

}  // namespace oms
