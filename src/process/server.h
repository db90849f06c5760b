#pragma once

#include <functional>

#include "base/result.h"
#include "process/settings.h"

namespace oms::process {

// What the first start prints.
struct Started {
  std::string url;
  std::string order_url;  // where /order alone is answered, too; empty: nowhere
  std::string token_path;
  std::size_t items = 0;  // in the catalogue
};

// Composes everything as the settings say, serves until SIGINT or SIGTERM, then ends in order:
// not ready, no new requests, what was taken is decided and answered, the store is closed.
// `on_started` is called once it is ready.
Result<void> run_server(const Settings& settings,
                        const std::function<void(const Started&)>& on_started);

}  // namespace oms::process
