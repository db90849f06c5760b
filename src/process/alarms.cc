#include "process/alarms.h"

#include <fmt/format.h>

#include <variant>

#include "codec/json_names.h"
#include "runtime/records.h"

namespace oms::process {
namespace {

std::string text_of(const PaymentAlarm& alarm, const Id& order_id) {
  const auto money = fmt::format("{} {}", alarm.amount, alarm.currency);
  const auto name = alarm.detail.empty() ? "" : fmt::format(" ({})", alarm.detail);
  switch (alarm.kind) {
    case PaymentAlarm::Kind::refunded_by_provider:
      return fmt::format("order {}: the provider refunded {}, unasked{}", order_id.text(), money,
                         name);
    case PaymentAlarm::Kind::refund_failed:
      return fmt::format("order {}: a refund of {} has failed{}; refund it by hand",
                         order_id.text(), money, name);
    case PaymentAlarm::Kind::disputed:
      return fmt::format("order {}: the customer disputes {}{}; answer at the provider",
                         order_id.text(), money, name);
    case PaymentAlarm::Kind::dispute_won:
      return fmt::format("order {}: a dispute over {} is won{}", order_id.text(), money, name);
    case PaymentAlarm::Kind::dispute_lost:
      return fmt::format("order {}: a dispute over {} is lost{}", order_id.text(), money, name);
    case PaymentAlarm::Kind::unknown_payment:
      break;
  }
  return fmt::format(
      "order {}: the provider tells of a refund or dispute of {}{}, and no payment of it is kept",
      order_id.text(), money, name);
}

}  // namespace

void Alarms::observe(const runtime::Committed& committed) {
  for (const auto& event : committed.events) observe(event);
  for (const auto& change : committed.changes) {
    const auto* letter = change.record ? change.record.as<runtime::DeadLetter>() : nullptr;
    if (letter == nullptr) continue;
    fail_(fmt::format("order {}: {} is set aside as dead letter {}: {}", letter->order_id.text(),
                      json::alternative_names<Payload>.at(letter->payload.index()),
                      letter->id.text(), letter->reason));
  }
}

void Alarms::observe(const Message& event) {
  if (const auto* low = std::get_if<StockLow>(&event.payload)) {
    ++stock_low_;
    warn_(fmt::format("item {} is low: {} left to sell", low->product_id, low->available));
  } else if (const auto* out = std::get_if<StockOut>(&event.payload)) {
    ++stock_out_;
    warn_(fmt::format("item {} has run out", out->product_id));
  } else if (std::holds_alternative<PromiseMissed>(event.payload)) {
    ++promises_missed_;
    warn_(fmt::format("order {} is later than promised", event.order_id.text()));
  } else if (const auto* money = std::get_if<PaymentAlarm>(&event.payload)) {
    ++payment_alarms_.at(static_cast<std::size_t>(money->kind));
    warn_(text_of(*money, event.order_id));
  }
}

}  // namespace oms::process
