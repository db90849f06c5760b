#pragma once

#include <cstdint>

#include "ports/store.h"

namespace oms::process {

// The latest time that the store tells of: the order clock must not start before it, or what is due
// would be late by as much as the clock ran ahead.
Result<Time> clock_floor(Store& store, bool keeps_orders = true);

// Notes in the store how far the order clock has got: once a minute in which something was decided.
// So a due time that was set while the wall clock was fast is late by a minute at most when that is
// right again at the next start. Used on the loop's thread.
class ClockNote {
 public:
  explicit ClockNote(Store& store) : store_(store) {}

  // `batches`: how many there have been.
  bool is_due(Time now, std::uint64_t batches) const { return batches > batches_ && now >= next_; }
  Result<void> write(Time now, std::uint64_t batches);

 private:
  Store& store_;
  Time next_;
  std::uint64_t batches_ = 0;
};

}  // namespace oms::process
