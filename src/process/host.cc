#include "process/host.h"

#include <pthread.h>

#include <utility>

#include "runtime/questions.h"

namespace oms::process {

runtime::Runtime::Parts Host::runtime_parts(const Parts& parts, Host& host) {
  auto start = parts.start_effects;
  if (!start) {
    start = [&host](std::vector<Effect> effects) { host.effects_->start(std::move(effects)); };
  }
  return {.services = parts.services,
          .store = parts.store,
          .clock = parts.clock,
          .ids = parts.ids,
          .start_effects = std::move(start),
          .observe = parts.observe,
          .is_followed = parts.is_followed,
          .broker = parts.broker,
          .peers = parts.peers,
          .replica = parts.replica,
          .tracer = parts.tracer,
          .meter = parts.meter};
}

Host::Host(Parts parts, const runtime::RuntimeSettings& settings)
    : services_(parts.services),
      reader_(parts.reader),
      runtime_(runtime_parts(parts, *this), settings) {
  runtime_.set_upkeep(std::move(parts.upkeep));
  if (!parts.start_effects) {
    effects_ = std::make_unique<runtime::Effects>(runtime::Effects::Parts{
        .payments = parts.payments,
        .email = parts.email,
        .sms = parts.sms,
        .deliver = [this](const Message& outcome) { return deliver(outcome); },
        .tracer = parts.tracer,
        .meter = parts.meter});
  }
  if (parts.broker == nullptr) return;
  for (const auto service : services_.names()) {
    subscriptions_.push_back(
        parts.broker->subscribe(service, [this](const Envelope& envelope, Broker::Settle settle) {
          runtime_.receive(envelope, std::move(settle));
        }));
  }
}

Host::~Host() {
  (void)stop();  // a caller that wants to know how it ended has stopped it
}

void Host::start(std::function<void(const Error&)> on_failure) {
  loop_ = std::thread{[this, on_failure = std::move(on_failure)] {
    ::pthread_setname_np(::pthread_self(), "oms-runtime");
    outcome_ = runtime_.run();
    if (!outcome_) on_failure(outcome_.error());
  }};
}

Result<void> Host::stop() {
  subscriptions_.clear();
  runtime_.close();
  if (loop_.joinable()) loop_.join();
  if (effects_) effects_->stop();
  return outcome_;
}

Result<Answer> Host::answer(const Question& question) const {
  return runtime::answer_peer(services_, reader_, question);
}

runtime::EffectCounts Host::effects() const {
  return effects_ ? effects_->counts() : runtime::EffectCounts{};
}

// Nobody waits for what comes after the end: its record is due, and asks again.
bool Host::deliver(const Message& outcome) {
  return runtime_.offer(outcome, runtime::Lane::urgent) || runtime_.is_closed();
}

}  // namespace oms::process
