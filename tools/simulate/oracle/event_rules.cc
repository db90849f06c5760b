// Public events: each that a commit implies and no other, in order, and nobody's contact in them.
#include <algorithm>

#include "codec/json_names.h"
#include "codec/json_write.h"
#include "messages/cloud_event.h"
#include "tools/simulate/oracle/oracle.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

EventType type_of_step(OrderStatus status) {
  if (status == OrderStatus::pending) return EventType::order_created;
  const auto name = "order_" + std::string{json::name_of(status)};
  return std::ranges::find(json::enumerators<EventType>, name, &json::Enumerator<EventType>::name)
      ->value;
}

// What must be told of an order that this commit has changed.
std::vector<EventType> implied_by(const orders::Order* before, const orders::Order& after) {
  std::vector<EventType> types;
  for (const auto& step : after.history) {
    const bool was_there = before != nullptr && step.version <= before->version;
    if (!was_there) types.push_back(type_of_step(step.status));
  }
  const auto lines_changed = [](const orders::Order* order) {
    const bool is_done =
        order != nullptr && order->revision && order->revision->status == ChangeStatus::done;
    return is_done ? order->revision->change : 0;
  };
  if (lines_changed(&after) != 0 && lines_changed(&after) != lines_changed(before)) {
    types.push_back(EventType::order_revised);
  }
  if (types.empty()) types.push_back(EventType::order_updated);
  return types;
}

bool is_step(EventType type) {
  return type != EventType::order_updated && type != EventType::order_revised;
}

void check_private(const PublicEvent& event, const Life& life) {
  const auto* order = std::get_if<OrderView>(&event.data);
  if (order != nullptr && !order->customer.name.empty()) {
    broken("events_are_public", "an event names the customer", life);
  }
  if (!life.order) return;
  std::string text;
  write_json_compact(event.data, text);
  const auto& customer = life.order->customer;
  for (const auto* secret : {&customer.email, &customer.phone_number, &customer.phone_typed}) {
    if (secret->empty() || text.find(*secret) == std::string::npos) continue;
    broken("events_are_public", "an event tells how to reach the customer", life);
  }
}

void check_step(const PublicEvent& event, const Life& life) {
  const auto* shown = std::get_if<OrderView>(&event.data);
  if (shown == nullptr) return;
  if (!life.order || life.order->version < shown->version) {
    broken("told_is_durable", "an event tells of what is not committed", life);
  }
  if (!is_step(event.type)) return;
  const bool is_right = type_of_step(shown->status) == event.type && !shown->history.empty() &&
                        shown->history.back().status == shown->status &&
                        shown->history.back().at == event.time;
  if (!is_right) broken("events_in_order", "an event shows another step than it tells of", life);
}

}  // namespace

// An event that is given after the commit is not given again if nobody knows of that commit.
bool hears_everything(const Scenario& scenario, int restarts) {
  return restarts == 0 && std::ranges::none_of(scenario.incidents, [](const Incident& incident) {
           return incident.fault == Fault::commit_unsure || incident.fault == Fault::commit_lost;
         });
}

void EventsTold::take(const PublicEvent& event) {
  if (event.number == 0) return;
  auto& last = last_[{event.source, event.subject}];
  if (event.number <= last) {
    broken("events_in_order", "an event of " + event.subject + " comes again, or too late");
  }
  last = event.number;
}

void Oracle::announced(const runtime::Committed& committed, EventsTold& told) {
  for (const auto& event : committed.events) {
    told.take(event);
    const auto id = Id::parse(event.subject);
    if (!id || std::holds_alternative<StockLevel>(event.data)) continue;
    auto& life = known(*id);
    check_private(event, life);
    check_step(event, life);
    if (event.source == ServiceName::orders && is_step(event.type)) {
      life.steps_told.push_back(event.type);
    }
    if (const auto alarm = alarm_of(event)) alarmed(life, *alarm);
  }
  for (const auto& change : committed.changes) {
    const auto* order = change.record ? change.record.as<orders::Order>() : nullptr;
    if (order == nullptr) continue;
    std::vector<EventType> types;
    const auto subject = order->id.text();
    for (const auto& event : committed.events) {
      const bool is_its = event.source == ServiceName::orders && event.subject == subject;
      if (is_its) types.push_back(event.type);
    }
    const auto* before = change.before ? change.before.as<orders::Order>() : nullptr;
    if (types == implied_by(before, *order)) continue;
    broken("events_in_order", "an order's events are not those that its steps imply",
           known(order->id));
  }
}

void Oracle::published(const Envelope& envelope) {
  const auto head = read_cloud_event_head(envelope.payload.text);
  if (!head) return broken("events_are_published", "an event cannot be read");
  if (const auto id = Id::parse(head->subject)) known(*id).published.insert(head->type);
}

// Whatever has died meanwhile: an event is kept with its commit until the broker has it.
void check_published(const Life& life) {
  if (!life.order) return;
  for (const auto& step : life.order->history) {
    const auto name = public_name(type_of_step(step.status));
    if (life.published.contains(name)) continue;
    broken("events_are_published", "the broker never got " + name, life);
  }
}

void check_events(const Life& life, const Scenario& scenario, int restarts) {
  if (!life.order || !hears_everything(scenario, restarts)) return;
  auto told = life.steps_told;
  std::ranges::sort(told);  // several processes may have told them
  auto implied = implied_by(nullptr, *life.order);
  std::erase_if(implied, [](EventType type) { return !is_step(type); });
  std::ranges::sort(implied);
  if (told != implied) broken("events_in_order", "not every step of the order was told", life);
}

}  // namespace oms::simulate
