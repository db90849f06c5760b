#include "runtime/meter.h"

#include <chrono>

namespace oms::runtime {

std::int64_t Meter::now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

void Meter::note_decision(const Payload& payload, std::int64_t ns, bool has_failed) {
  auto& type = decided.at(payload.index());
  type.seconds.observe(ns);
  if (has_failed) type.failed.fetch_add(1, std::memory_order_relaxed);
  const auto* answer = std::get_if<StepAnswer>(&payload);
  const bool is_refused =
      answer != nullptr && answer->result == StepAnswer::Result::refused &&
      (answer->reason == Reason::out_of_stock || answer->reason == Reason::over_reservation_cap);
  if (is_refused) stock_refused.fetch_add(1, std::memory_order_relaxed);
}

void Meter::note_outcome(const Payload& outcome, oms::Channel channel, std::int64_t ns) {
  if (const auto* paid = std::get_if<PaymentOutcome>(&outcome)) {
    auto& effect = payments.at(static_cast<std::size_t>(paid->kind));
    effect.seconds.observe(ns);
    effect.ended.at(static_cast<std::size_t>(paid->result)).fetch_add(1);
  } else if (const auto* told = std::get_if<NoticeOutcome>(&outcome)) {
    auto& effect = notices.at(static_cast<std::size_t>(channel));
    effect.seconds.observe(ns);
    effect.ended.at(static_cast<std::size_t>(told->result)).fetch_add(1);
  }
}

}  // namespace oms::runtime
