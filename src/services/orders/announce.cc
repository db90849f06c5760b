// What others may follow of an order.
#include "services/orders/service.h"

namespace oms::orders {
namespace {

EventType type_of_step(OrderStatus status) {
  switch (status) {
    case OrderStatus::pending:
      return EventType::order_created;
    case OrderStatus::waiting_payment:
      return EventType::order_waiting_payment;
    case OrderStatus::paid:
      return EventType::order_paid;
    case OrderStatus::preparing:
      return EventType::order_preparing;
    case OrderStatus::ready:
      return EventType::order_ready;
    case OrderStatus::delivering:
      return EventType::order_delivering;
    case OrderStatus::completed:
      return EventType::order_completed;
    case OrderStatus::cancelled:
      break;
  }
  return EventType::order_cancelled;
}

// All that its page shows, but for whom it is and what they have written.
OrderView shown_to_all(const Order& order) {
  auto shown = view(order);
  shown.customer = {};
  shown.address = {};
  shown.note.clear();
  for (auto& line : shown.lines) line.note.clear();
  return shown;
}

// As it stood at that step, which the commit has passed. What else there is to show is as
// committed.
OrderView shown_at(const Order& order, const HistoryEntry& step) {
  auto shown = shown_to_all(order);
  shown.version = step.version;
  shown.status = step.status;
  shown.reason = step.reason;
  shown.updated_at = step.at;
  std::erase_if(shown.history,
                [&](const HistoryEntry& entry) { return entry.version > step.version; });
  return shown;
}

// The last change of its lines has come about since.
bool is_revised(const Order* known, const Order& order) {
  if (!order.revision || order.revision->status != ChangeStatus::done) return false;
  const bool was_so = known != nullptr && known->revision &&
                      known->revision->change == order.revision->change &&
                      known->revision->status == ChangeStatus::done;
  return !was_so;
}

}  // namespace

void OrdersService::announce(const Record* before, const Record& after,
                             std::vector<PublicEvent>& events) const {
  const auto* order = after.as<Order>();
  if (order == nullptr) return;
  const auto* known = before != nullptr ? before->as<Order>() : nullptr;
  const auto since = known == nullptr ? 0 : known->version;
  const bool has_moved = !order->history.empty() && order->history.back().version > since;
  for (const auto& step : order->history) {
    if (step.version <= since) continue;
    const bool is_last = &step == &order->history.back();
    events.push_back({.type = type_of_step(step.status),
                      .subject = order->id.text(),
                      .time = step.at,
                      .data = is_last ? shown_to_all(*order) : shown_at(*order, step)});
  }
  const bool has_other_lines = is_revised(known, *order);
  if (order->version <= since || (has_moved && !has_other_lines)) return;
  events.push_back({.type = has_other_lines ? EventType::order_revised : EventType::order_updated,
                    .subject = order->id.text(),
                    .time = order->updated_at,
                    .data = shown_to_all(*order)});
}

}  // namespace oms::orders
