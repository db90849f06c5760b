#include "runtime/effects.h"

#include <stdexcept>
#include <utility>

namespace oms::runtime {
namespace {

EffectLane::Start start_at(PaymentProvider& provider) {
  return [&provider](Effect effect, EffectLane::Done done) {
    auto& operation = std::get<PaymentOperation>(effect);
    const auto request = operation.request;
    provider.start(std::move(operation), [done = std::move(done), request](PaymentOutcome outcome) {
      outcome.request = request;
      done(std::move(outcome));
    });
  };
}

EffectLane::Start start_at(Notifier& notifier) {
  return [&notifier](Effect effect, EffectLane::Done done) {
    auto& notice = std::get<NoticeToSend>(effect);
    NoticeOutcome outcome{.kind = notice.kind, .channel = notice.channel};
    notifier.start(std::move(notice),
                   [done = std::move(done), outcome](NoticeResult result) mutable {
                     outcome.result = result;
                     done(outcome);
                   });
  };
}

template <class Port>
void open(std::optional<EffectLane>& lane, const char* name, Port* port,
          const Effects::Parts& parts) {
  if (port != nullptr) {
    lane.emplace(name, port->limits(), start_at(*port), parts.deliver, parts.tracer, parts.meter);
  }
}

void add(std::optional<EffectLane>& lane, std::vector<Effect> effects) {
  if (effects.empty()) return;
  if (!lane) throw std::logic_error("a service starts an effect that its process has no lane for");
  lane->add(std::move(effects));
}

LaneCounts counts_of(const std::optional<EffectLane>& lane) {
  return lane ? lane->counts() : LaneCounts{};
}

}  // namespace

Effects::Effects(const Parts& parts) {
  open(payments_, "oms-payments", parts.payments, parts);
  open(email_, "oms-email", parts.email, parts);
  open(sms_, "oms-sms", parts.sms, parts);
}

void Effects::start(std::vector<Effect> effects) {
  std::vector<Effect> payments;
  std::vector<Effect> email;
  std::vector<Effect> sms;
  for (auto& effect : effects) {
    const auto* notice = std::get_if<NoticeToSend>(&effect);
    auto& lane = notice == nullptr ? payments : notice->channel == Channel::email ? email : sms;
    lane.push_back(std::move(effect));
  }
  add(payments_, std::move(payments));
  add(email_, std::move(email));
  add(sms_, std::move(sms));
}

void Effects::stop() {
  for (auto* lane : {&payments_, &email_, &sms_}) {
    if (*lane) (*lane)->close();
  }
  for (auto* lane : {&payments_, &email_, &sms_}) {
    if (*lane) (*lane)->stop();
  }
}

EffectCounts Effects::counts() const {
  return {.payments = counts_of(payments_), .email = counts_of(email_), .sms = counts_of(sms_)};
}

}  // namespace oms::runtime
