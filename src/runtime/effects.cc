#include "runtime/effects.h"

#include <utility>

namespace oms::runtime {
namespace {

constexpr std::size_t queue_max = 16'384;
constexpr std::size_t batch_max = 256;

}  // namespace

Effects::Effects(PaymentProvider& payments, Notifier& notifier, Deliver deliver)
    : payments_("oms-payments", queue_max, batch_max,
                [&payments, deliver](std::span<const PaymentOperation> operations) {
                  auto outcomes = payments.perform(operations);
                  for (std::size_t i = 0; i < outcomes.size(); ++i) {
                    deliver({.id = {},
                             .order_id = operations[i].order_id,
                             .payload = std::move(outcomes[i])});
                  }
                }),
      notices_("oms-notices", queue_max, batch_max,
               [&notifier, deliver](std::span<const NoticeToSend> notices) {
                 const auto sent = notifier.send(notices);
                 for (std::size_t i = 0; i < sent.size(); ++i) {
                   deliver({.id = {},
                            .order_id = notices[i].order_id,
                            .payload = NoticeOutcome{.kind = notices[i].kind,
                                                     .channel = notices[i].channel,
                                                     .sent = sent[i]}});
                 }
               }) {}

void Effects::start(std::vector<Effect> effects) {
  std::vector<PaymentOperation> operations;
  std::vector<NoticeToSend> notices;
  for (auto& effect : effects) {
    if (auto* operation = std::get_if<PaymentOperation>(&effect)) {
      operations.push_back(std::move(*operation));
    } else {
      notices.push_back(std::get<NoticeToSend>(std::move(effect)));
    }
  }
  payments_.add(std::move(operations));
  notices_.add(std::move(notices));
}

void Effects::stop() {
  payments_.stop();
  notices_.stop();
}

}  // namespace oms::runtime
