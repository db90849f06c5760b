#pragma once

#include <string>

#include "tools/simulate/campaign.h"

namespace oms::simulate {

// What came of one fault that was planted in the product (base/planted.h).
struct Caught {
  std::string fault;
  std::uint64_t seeds = 0;  // that it took; 0: it was not caught
  Violation violation;
};

// Whether this build has faults to be switched on.
bool has_planted_faults();

// Runs the campaign once for each planted fault, until it is caught. `on_caught` hears of each.
std::vector<Caught> find_planted(Campaign campaign,
                                 const std::function<void(const Caught&)>& on_caught);

}  // namespace oms::simulate
