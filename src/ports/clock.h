#pragma once

#include "base/time.h"

namespace oms {

// The time, which never runs backwards. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;
};

}  // namespace oms
