#pragma once

#include <functional>

#include "app/simulate/campaign.h"

namespace oms::simulate {

// One food order, in each way that its life may go, with the process killed at every call to the
// outside: at each one, at each pair, and at each one with each message handed in twice.
struct Exhaustive {
  bool with_pairs = true;
  bool with_doubled_pairs = false;  // each pair with each message twice: hundreds of thousands
  int jobs = 1;
  std::function<void(std::uint64_t)> on_progress = {};
};

// A run that broke a rule, for whoever wants to see it again.
struct BrokenRun {
  Scenario scenario;
  Violation violation;
};

struct ExhaustiveTotals {
  std::uint64_t lives = 0;
  std::uint64_t points = 0;   // runs with one crash
  std::uint64_t pairs = 0;    // with two
  std::uint64_t doubled = 0;  // with a message twice, and a crash or two
  Totals totals;
  std::vector<BrokenRun> broken;
};

ExhaustiveTotals run(const Exhaustive& exhaustive);

}  // namespace oms::simulate
