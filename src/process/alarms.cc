#include "process/alarms.h"

#include <fmt/format.h>

#include <variant>

#include "codec/json_names.h"
#include "runtime/records.h"
#include "services/kitchen/records.h"
#include "services/payments/records.h"
#include "services/stock/records.h"

namespace oms::process {
namespace {

std::string text_of(const PaymentAlarm& alarm, const std::string& order_id) {
  const auto money = fmt::format("{} {}", alarm.amount, alarm.currency);
  const auto name = alarm.detail.empty() ? "" : fmt::format(" ({})", alarm.detail);
  switch (alarm.kind) {
    case PaymentAlarm::Kind::refunded_by_provider:
      return fmt::format("order {}: the provider refunded {}, unasked{}", order_id, money, name);
    case PaymentAlarm::Kind::refund_failed:
      return fmt::format("order {}: a refund of {} has failed{}; refund it by hand", order_id,
                         money, name);
    case PaymentAlarm::Kind::disputed:
      return fmt::format("order {}: the customer disputes {}{}; answer at the provider", order_id,
                         money, name);
    case PaymentAlarm::Kind::dispute_won:
      return fmt::format("order {}: a dispute over {} is won{}", order_id, money, name);
    case PaymentAlarm::Kind::dispute_lost:
      return fmt::format("order {}: a dispute over {} is lost{}", order_id, money, name);
    case PaymentAlarm::Kind::unknown_payment:
      break;
  }
  return fmt::format(
      "order {}: the provider tells of a refund or dispute of {}{}, and no payment of it is kept",
      order_id, money, name);
}

LogSubject subject_of(const PublicEvent& event) {
  const auto order_id = Id::parse(event.subject);
  return {.trace = event.trace, .order_id = order_id ? *order_id : Id{}};
}

}  // namespace

bool Alarms::follows(const RecordType& type) {
  return &type == &type_of<stock::Item>() || &type == &type_of<payments::Payment>() ||
         &type == &type_of<kitchen::Ticket>();
}

void Alarms::observe(const runtime::Committed& committed) {
  for (const auto& event : committed.events) observe(event);
  for (const auto& change : committed.changes) {
    const auto* letter = change.record ? change.record.as<runtime::DeadLetter>() : nullptr;
    if (letter == nullptr) continue;
    fail_(destination(letter->payload),
          fmt::format("order {}: {} is set aside as dead letter {}: {}", letter->order_id.text(),
                      json::alternative_names<Payload>.at(letter->payload.index()),
                      letter->id.text(), letter->reason),
          {.trace = order_trace(letter->order_id, letter->traceparent),
           .order_id = letter->order_id});
  }
}

void Alarms::observe(const PublicEvent& event) {
  if (event.type == EventType::inventory_low) {
    ++stock_low_;
    warn_(ServiceName::stock,
          fmt::format("item {} is low: {} left to sell", event.subject,
                      std::get<StockLevel>(event.data).available),
          {});
  } else if (event.type == EventType::inventory_out_of_stock) {
    ++stock_out_;
    warn_(ServiceName::stock, fmt::format("item {} has run out", event.subject), {});
  } else if (event.type == EventType::kitchen_promise_missed) {
    ++promises_missed_;
    warn_(ServiceName::kitchen, fmt::format("order {} is later than promised", event.subject),
          subject_of(event));
  } else if (const auto money = alarm_of(event)) {
    ++payment_alarms_.at(static_cast<std::size_t>(money->kind));
    warn_(ServiceName::payments, text_of(*money, event.subject), subject_of(event));
  }
}

}  // namespace oms::process
