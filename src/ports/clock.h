#pragma once

#include "base/time.h"

namespace oms {

// The time, in two ways. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Never runs backwards: what due times and ids are counted by.
  virtual Time now() = 0;

  // As the wall clock shows it: for whatever the outside compares with a clock of its own, and for
  // what people read. It may jump either way.
  virtual Time wall() = 0;
};

}  // namespace oms
