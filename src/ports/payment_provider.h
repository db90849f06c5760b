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

// Which of its events the provider is to list: those of a window of time, by its own clock.
struct EventsWanted {
  Time since;
  Time until;               // not included
  std::string cursor = {};  // where the last page ended; empty: the first is wanted
  std::size_t limit = 100;  // at most 100
};

struct EventPage {
  std::vector<Message> events;  // each the same message as its webhook; in no order
  std::size_t unreadable = 0;   // events of a kind that OMS uses and could not read
  std::string next = {};        // empty: it was the last
};

// The company that holds the customer's money: Stripe, or the simulated provider.
class PaymentProvider {
 public:
  using Done = std::move_only_function<void(PaymentOutcome)>;
  using OnCharges = std::move_only_function<void(Result<ChargePage>)>;
  using OnEvents = std::move_only_function<void(Result<EventPage>)>;
  using OnEvent = std::move_only_function<void(Result<Message>)>;

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

  // Whether it lists its events. One that does not must lose no webhook.
  virtual bool lists_events() const { return false; }

  // Lists what it has told by webhook, or was to tell, a page at a time. `on_events` is called
  // once, on any thread; never blocks or throws. Errors: `unavailable`.
  virtual void list_events(const EventsWanted& wanted, OnEvents on_events) {
    static_cast<void>(wanted);
    on_events(EventPage{});
  }

  // Names the order of an event that moves money and names none: somebody refunds at the provider's
  // own desk, or a bank disputes. One that is not ours comes back as it is. `on_event` is called
  // once, on any thread; never blocks or throws. Errors: `unavailable`.
  virtual void find_order(Message event, OnEvent on_event) { on_event(std::move(event)); }

  // Checks a webhook's signature over the raw body, and reads it. Any thread. A kind of event that
  // OMS does not use gives a message without an order id. Errors: invalid (forged, stale or
  // malformed).
  virtual Result<Message> read_webhook(std::string_view signature, std::string_view body,
                                       Time now) const = 0;
};

}  // namespace oms
