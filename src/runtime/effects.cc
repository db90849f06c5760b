#include "runtime/effects.h"

#include <utility>

namespace oms::runtime {
namespace {

constexpr std::size_t queue_max = 16'384;
constexpr std::size_t batch_max = 256;

// The same for each answer to the same operation: if no rule can decide them, the newest is the one
// dead letter, however often it is tried again.
Id outcome_id(const PaymentOperation& operation) {
  constexpr std::uint32_t behind_all_children = 1U << 31U;
  return Id::child_of(operation.order_id,
                      behind_all_children + static_cast<std::uint32_t>(operation.kind));
}

}  // namespace

Effects::Effects(PaymentProvider& payments, Notifier& notifier, const Deliver& deliver)
    : payments_(
          "oms-payments", queue_max, batch_max,
          [&payments](std::span<const PaymentOperation> operations) {
            auto outcomes = payments.perform(operations);
            std::vector<Message> messages;
            for (std::size_t i = 0; i < outcomes.size(); ++i) {
              messages.push_back({.id = outcome_id(operations[i]),
                                  .order_id = operations[i].order_id,
                                  .payload = std::move(outcomes[i])});
            }
            return messages;
          },
          deliver),
      notices_(
          "oms-notices", queue_max, batch_max,
          [&notifier](std::span<const NoticeToSend> notices) {
            const auto sent = notifier.send(notices);
            std::vector<Message> messages;
            for (std::size_t i = 0; i < sent.size(); ++i) {
              messages.push_back(
                  {.id = {},
                   .order_id = notices[i].order_id,
                   .payload = NoticeOutcome{
                       .kind = notices[i].kind, .channel = notices[i].channel, .sent = sent[i]}});
            }
            return messages;
          },
          deliver) {}

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
