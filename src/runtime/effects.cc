#include "runtime/effects.h"

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

}  // namespace

Effects::Effects(const Parts& parts)
    : payments_("oms-payments", parts.payments.limits(), start_at(parts.payments), parts.deliver),
      email_("oms-email", parts.email.limits(), start_at(parts.email), parts.deliver),
      sms_("oms-sms", parts.sms.limits(), start_at(parts.sms), parts.deliver) {}

void Effects::start(std::vector<Effect> effects) {
  std::vector<Effect> payments;
  std::vector<Effect> email;
  std::vector<Effect> sms;
  for (auto& effect : effects) {
    const auto* notice = std::get_if<NoticeToSend>(&effect);
    auto& lane = notice == nullptr ? payments : notice->channel == Channel::email ? email : sms;
    lane.push_back(std::move(effect));
  }
  payments_.add(std::move(payments));
  email_.add(std::move(email));
  sms_.add(std::move(sms));
}

void Effects::stop() {
  for (auto* lane : {&payments_, &email_, &sms_}) lane->close();
  for (auto* lane : {&payments_, &email_, &sms_}) lane->stop();
}

EffectCounts Effects::counts() const {
  return {.payments = payments_.counts(), .email = email_.counts(), .sms = sms_.counts()};
}

}  // namespace oms::runtime
