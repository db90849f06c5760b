#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "process/roles.h"
#include "process/settings.h"

namespace oms::process {

// What a process of `oms serve` tells when it is ready.
struct Serving {
  struct Place {
    std::string what;  // "orders, coordinator"
    std::string where;
  };
  std::string name;  // of its roles: "gateway", "stock+kitchen"
  std::vector<Place> places = {};
};

// Serves the gateway or the homes of some services, until SIGINT or SIGTERM. Then it ends in order:
// not ready, and not among those that others call; nothing new is taken; what was taken is decided
// and answered; the stores are closed. `on_serving` is called once it is ready.
Result<void> run_serve(const Roles& roles, const Settings& settings,
                       const std::function<void(const Serving&)>& on_serving);

}  // namespace oms::process
