#pragma once

#include <functional>

#include "base/result.h"
#include "messages/query.h"

namespace oms {

// What the services let others see: one view by its key, or a page of them.
class Views {
 public:
  virtual ~Views() = default;

  // Runs `work` on a thread that may wait for a disk or a network. Any thread.
  virtual void aside(std::move_only_function<void()> work) = 0;

  // Only within such work. They see what was committed before the call. Errors: `unavailable`.
  virtual Result<Found> get(const Key& key) = 0;
  virtual Result<Page> list(const Query& query) = 0;
};

}  // namespace oms
