#pragma once

#include <string>
#include <vector>

#include "messages/metrics.h"

namespace oms {

struct GatheredMetrics {
  std::vector<ProcessMetrics> processes;  // each once
  std::vector<std::string> unreached;     // the addresses of those that did not answer
};

// What the processes of the shop count and measure.
class Metrics {
 public:
  virtual ~Metrics() = default;

  // Of all of them. Waits for their answers, two seconds at most. Any thread that may wait.
  virtual GatheredMetrics gather() = 0;
};

}  // namespace oms
