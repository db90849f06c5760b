#pragma once

#include "base/time.h"

namespace oms::process {

struct ReconciliationSettings {
  // How often a provider that lists its events is asked for them; 0: never.
  Duration events_every = std::chrono::minutes{1};
  Duration every = std::chrono::hours{1};  // 0: only when it is asked for
  // An order that has changed within this time is not compared: what was told of it is on its way.
  Duration grace = std::chrono::minutes{2};
  Duration look_back = std::chrono::days{3};  // as long as a provider tells a webhook again
  Duration kept = std::chrono::hours{24};     // older payments may be forgotten, and are not missed
};

}  // namespace oms::process
