#pragma once

#include <functional>

#include "messages/notifications.h"
#include "ports/effect_limits.h"

namespace oms {

// Tells customers.
class Notifier {
 public:
  using Done = std::move_only_function<void(NoticeResult)>;

  virtual ~Notifier() = default;

  virtual EffectLimits limits() const { return {}; }

  // Hands the notice over and calls `done` once, on any thread; never blocks or throws. One that
  // failed is tried again with the same key.
  virtual void start(NoticeToSend notice, Done done) = 0;
};

}  // namespace oms
