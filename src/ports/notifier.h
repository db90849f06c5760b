#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "messages/notifications.h"
#include "ports/effect_limits.h"

namespace oms {

// How a try ended, for the log of a notifier that really sends: for one that was not sent, what
// went wrong and what to do, in a sentence. Never an address or a secret. Called on any thread.
using ReportTry = std::function<void(NoticeResult result, const std::string& trouble)>;

// Tells customers.
class Notifier {
 public:
  using Done = std::move_only_function<void(NoticeResult)>;
  using Erased = std::move_only_function<void(Result<void>)>;

  virtual ~Notifier() = default;

  virtual EffectLimits limits() const { return {}; }

  // Hands the notice over and calls `done` once, on any thread; never blocks or throws. One that
  // failed is tried again with the same key.
  virtual void start(NoticeToSend notice, Done done) = 0;

  // Erases what it keeps itself of notices about these orders, also of those that were started
  // before. `done` is called once, on any thread. Erasing is repeated until it is done.
  virtual void erase(std::vector<Id> order_ids, Erased done) = 0;
};

}  // namespace oms
