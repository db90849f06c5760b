#pragma once

#include "base/result.h"
#include "messages/control.h"
#include "messages/reconciliation.h"

namespace oms {

// Compares what the services have on record with the payment provider's books. Any thread that may
// wait for a network.
class Reconciler {
 public:
  virtual ~Reconciler() = default;

  // Begins a run, and gives it as it begins. What it repairs goes on record as done by `by`.
  // Errors: conflict (one is under way).
  virtual Result<Reconciliation> start(const ReconciliationRequest& request, By by) = 0;

  // The one under way, or the last. Errors: unavailable.
  virtual Result<Reconciliation> last() const = 0;
};

}  // namespace oms
