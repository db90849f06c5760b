#include "adapters/simulated/provider.h"

#include <pthread.h>

#include <exception>

#include "adapters/simulated/desk.h"

namespace oms {

using namespace simulated;

SimulatedProvider::SimulatedProvider(Settings settings, Clock& clock, Webhooks webhooks)
    : read_webhook_(std::move(webhooks.read)),
      inbox_(std::make_shared<Inbox>(settings.max_waiting)),
      desk_(std::make_unique<Desk>(std::move(settings), clock, std::move(webhooks.sign),
                                   std::move(webhooks.deliver), inbox_)),
      thread_([this] { desk_->run(); }) {
  ::pthread_setname_np(thread_.native_handle(), "oms-provider");
}

SimulatedProvider::~SimulatedProvider() {
  inbox_->close();
  thread_.join();
}

void SimulatedProvider::start(PaymentOperation operation, Done done) {
  OperationJob job{std::move(operation), std::move(done)};
  if (!inbox_->add(job)) give_up(job, "the provider's queue is full, or it is closed");
}

void SimulatedProvider::list(ChargesWanted wanted, OnCharges on_charges) {
  ListJob job{std::move(wanted), std::move(on_charges)};
  if (!inbox_->add(job)) give_up(job, "the provider's queue is full, or it is closed");
}

Result<Message> SimulatedProvider::read_webhook(std::string_view signature, std::string_view body,
                                                Time now) const {
  return read_webhook_(signature, body, now);
}

void SimulatedProvider::handle(HttpRequest request, Answer answer) {
  auto read = read_checkout(request);
  if (!read) return answer(std::move(read).error());
  CheckoutJob job{std::move(*read), std::move(answer)};
  if (!inbox_->add(job)) {
    job.answer(unavailable("too many payments wait: try again", "the provider's queue is full"));
  }
}

void SimulatedProvider::handle_api(HttpRequest request, Answer answer) {
  auto read = read_api_request(request);
  if (!read) return answer(std::move(read).error());
  ApiJob job{std::move(*read), std::move(answer)};
  if (inbox_->add(job)) return;
  auto refusal = write_error({.status = 429,
                              .type = "api_error",
                              .code = "rate_limit",
                              .message = "Too many requests wait: try again."});
  refusal.headers.emplace_back("Stripe-Should-Retry", "true");
  job.answer(std::move(refusal));
}

}  // namespace oms
