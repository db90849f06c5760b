#include "adapters/stripe/provider.h"

#include "adapters/stripe/desk.h"
#include "adapters/stripe/webhook_event.h"

namespace oms {

StripeProvider::StripeProvider(stripe::Settings settings, Clock& clock)
    : signature_(settings.webhook_secrets),
      settings_(std::move(settings)),
      desk_(std::make_unique<stripe::Desk>(settings_, clock)) {}

StripeProvider::~StripeProvider() = default;

EffectLimits StripeProvider::limits() const {
  return limits_at(settings_.url, {.in_flight_max = settings_.in_flight_max});
}

void StripeProvider::start(PaymentOperation operation, Done done) {
  desk_->start(std::move(operation), std::move(done));
}

void StripeProvider::list(ChargesWanted wanted, OnCharges on_charges) {
  desk_->list(wanted, std::move(on_charges));
}

void StripeProvider::list_events(const EventsWanted& wanted, OnEvents on_events) {
  desk_->list_events(wanted, std::move(on_events));
}

void StripeProvider::find_order(Message event, OnEvent on_event) {
  desk_->find_order(std::move(event), std::move(on_event));
}

Result<Message> StripeProvider::read_webhook(std::string_view signature, std::string_view body,
                                             Time now) const {
  OMS_CHECK(signature_.check(signature, body, now));
  return stripe::read_event(body);
}

}  // namespace oms
