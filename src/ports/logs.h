#pragma once

#include <string>
#include <vector>

#include "messages/log_levels.h"

namespace oms {

struct GatheredLogLevels {
  LogLevels levels;                    // each service once
  std::vector<std::string> unreached;  // the addresses of processes that did not answer
};

// How much the logs of the shop's processes tell.
class Logs {
 public:
  virtual ~Logs() = default;

  // Changes those that are named, until their processes end, and says what all are then. Waits for
  // the processes, two seconds at most. Any thread that may wait.
  virtual GatheredLogLevels set_levels(const LogLevels& wanted) = 0;
};

}  // namespace oms
