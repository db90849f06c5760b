#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "adapters/simulated/inbox.h"
#include "adapters/simulated/settings.h"
#include "adapters/simulated/webhook_sender.h"
#include "ports/clock.h"
#include "ports/payment_provider.h"

namespace oms {

namespace simulated {
class Desk;
}

// A payment provider that behaves like Stripe's Checkout, for running everything on one machine:
// with links, test cards, declines, refunds, expiry, idempotency keys and signed webhooks, and a
// ledger of its own that is on the disk before anything is answered.
//
// One thread owns the ledger. It takes what waits as one transaction, commits, then answers and
// sends the webhooks. If the disk fails the provider stops: all it says from then on is `unknown`
// and 503.
class SimulatedProvider final : public PaymentProvider {
 public:
  using ReadWebhook =
      std::function<Result<Message>(std::string_view signature, std::string_view body, Time now)>;
  struct Webhooks {
    simulated::Sign sign;
    ReadWebhook read;
    simulated::Deliver deliver;  // called on the ledger's thread; it must not block
  };

  // Throws std::runtime_error if the ledger cannot be opened. Webhooks that an earlier run could
  // not deliver are sent at once.
  SimulatedProvider(simulated::Settings settings, Clock& clock, Webhooks webhooks);
  // Answers what still waits with 503 and `unknown`.
  ~SimulatedProvider() override;

  // Many in flight: what is started while a transaction is being written is the next one.
  EffectLimits limits() const override { return {.in_flight_max = 512}; }
  void start(PaymentOperation operation, Done done) override;
  void list(ChargesWanted wanted, OnCharges on_charges) override;
  Result<Message> read_webhook(std::string_view signature, std::string_view body,
                               Time now) const override;

  // Serves what the customer's page asks for: /checkout/{session}/session, pay, decline and leave.
  // Any thread; `answer` comes on this thread or the ledger's, and must neither block nor throw.
  void handle(HttpRequest request, simulated::Answer answer);

  // Stripe's API, below /v1. The same for threads. Needs `has_api`.
  void handle_api(HttpRequest request, simulated::Answer answer);

  // Makes the ledger's thread look at the clock again. Only for clocks that jump.
  void wake() { inbox_->wake(); }

 private:
  const ReadWebhook read_webhook_;
  const std::shared_ptr<simulated::Inbox> inbox_;
  std::unique_ptr<simulated::Desk> desk_;
  std::thread thread_;
};

}  // namespace oms
