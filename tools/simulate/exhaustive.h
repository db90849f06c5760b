#pragma once

#include <functional>

#include "tools/simulate/campaign.h"

namespace oms::simulate {

// One food order, in each way that its life may go, with the process killed that makes a call to
// the outside: at each call, at each pair of calls, and at each one with each message handed in
// twice. Where services live apart: at each call, and at each one with each message twice.
struct Exhaustive {
  // Also each pair where services live apart, and each pair with each message twice: millions.
  bool is_thorough = false;
  int jobs = 1;
  std::function<void(std::uint64_t)> on_progress = {};
};

// A run that broke a rule, to be seen again.
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
