#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "messages/message.h"
#include "messages/reconciliation.h"
#include "ports/effect_limits.h"

namespace oms {

// Which of its charges the provider is to list: those that were made in a window of time.
struct ChargesWanted {
  Time since;
  Time until;               // not included
  std::string cursor = {};  // where the last page ended; empty: the first is wanted
  std::size_t limit = 100;  // at most 100
};

struct ChargePage {
  std::vector<ProviderCharge> charges;  // in no order
  std::string next = {};                // empty: it was the last
};

// The company that holds the customer's money: Stripe, or the simulated provider.
class PaymentProvider {
 public:
  using Done = std::move_only_function<void(PaymentOutcome)>;
  using OnCharges = std::move_only_function<void(Result<ChargePage>)>;

  virtual ~PaymentProvider() = default;

  virtual EffectLimits limits() const { return {}; }

  // Performs the operation and calls `done` once, on any thread, with how it ended; never blocks or
  // throws. A failed call is `unknown` unless the provider said that nothing was done. Repeating an
  // operation with its key repeats the first answer.
  virtual void start(PaymentOperation operation, Done done) = 0;

  // Lists what is on its books, a page at a time; charges that name no order of ours may be left
  // out. A charge stands in one window: that of its making, or of its order's, which may be earlier
  // by the difference of two clocks. `on_charges` is called once, on any thread; never blocks or
  // throws. Errors: `unavailable`.
  virtual void list(ChargesWanted wanted, OnCharges on_charges) = 0;

  // Checks a webhook's signature over the raw body, and reads it. Any thread. A kind of event that
  // OMS does not use gives a message without an order id. Errors: invalid (forged, stale or
  // malformed).
  virtual Result<Message> read_webhook(std::string_view signature, std::string_view body,
                                       Time now) const = 0;
};

}  // namespace oms
