#pragma once

#include <memory>

#include "adapters/stripe/calls.h"
#include "adapters/stripe/settings.h"
#include "adapters/stripe/webhook_signature.h"
#include "ports/clock.h"
#include "ports/payment_provider.h"

namespace oms {

namespace stripe {
class Desk;
}

// Stripe, or a server with its API: links are Checkout Sessions. Every operation is one or a few
// calls; its POST has the operation's idempotency key. An outcome that is not known is `unknown`.
class StripeProvider final : public PaymentProvider {
 public:
  StripeProvider(stripe::Settings settings, Clock& clock);
  ~StripeProvider() override;

  EffectLimits limits() const override;
  void start(PaymentOperation operation, Done done) override;
  void list(ChargesWanted wanted, OnCharges on_charges) override;
  bool lists_events() const override { return true; }
  void list_events(const EventsWanted& wanted, OnEvents on_events) override;
  void find_order(Message event, OnEvent on_event) override;
  Result<Message> read_webhook(std::string_view signature, std::string_view body,
                               Time now) const override;

 private:
  stripe::WebhookSignature signature_;
  const stripe::Settings settings_;
  std::unique_ptr<stripe::Desk> desk_;
};

}  // namespace oms
