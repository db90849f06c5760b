#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "messages/message.h"

namespace oms {

// Whoever holds the customer's money: Stripe, or the simulated provider.
class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;

  // Performs the operations and tells how each ended, in their order. Blocks; called from one
  // thread. A failed call is `unknown` unless the provider said that nothing was done. Repeating
  // an operation with its key repeats the first answer.
  virtual std::vector<PaymentOutcome> perform(std::span<const PaymentOperation> operations) = 0;

  // Checks a webhook's signature over the raw body, and reads it. Any thread. A kind of event that
  // OMS does not use gives a message without an order id. Errors: invalid (forged, stale or
  // malformed).
  virtual Result<Message> read_webhook(std::string_view signature, std::string_view body,
                                       Time now) const = 0;
};

}  // namespace oms
