#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "messages/message.h"
#include "ports/effect_limits.h"

namespace oms {

// The company that holds the customer's money: Stripe, or the simulated provider.
class PaymentProvider {
 public:
  using Done = std::move_only_function<void(PaymentOutcome)>;

  virtual ~PaymentProvider() = default;

  virtual EffectLimits limits() const { return {}; }

  // Performs the operation and calls `done` once, on any thread, with how it ended; never blocks or
  // throws. A failed call is `unknown` unless the provider said that nothing was done. Repeating an
  // operation with its key repeats the first answer.
  virtual void start(PaymentOperation operation, Done done) = 0;

  // Checks a webhook's signature over the raw body, and reads it. Any thread. A kind of event that
  // OMS does not use gives a message without an order id. Errors: invalid (forged, stale or
  // malformed).
  virtual Result<Message> read_webhook(std::string_view signature, std::string_view body,
                                       Time now) const = 0;
};

}  // namespace oms
