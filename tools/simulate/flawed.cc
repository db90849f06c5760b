#include "tools/simulate/flawed.h"

#include <algorithm>
#include <stdexcept>

#include "codec/json_names.h"

namespace oms::simulate {

Decision Flawed::decide(const Message& message, const Records& records, Now now) const {
  if (std::holds_alternative<WakeUp>(message.payload) &&
      stage_.throws_when_woken(message.order_id)) {
    throw std::runtime_error("this rule has a mistake");
  }
  return sound_.decide(message, records, now);
}

FlawedServices::FlawedServices(Stage& stage, const runtime::Services& sound, bool has_peers)
    : sound_(sound) {
  const bool is_wanted = std::ranges::any_of(stage.scenario.orders, [](const OrderPlan& plan) {
    return plan.faults.has(Fault::timer_throws);
  });
  if (!is_wanted) return;
  std::vector<const Service*> services;
  for (const auto& [name, text] : json::enumerators<ServiceName>) {
    const auto* service = sound.named(name);
    if (service != nullptr) services.push_back(&flawed_.emplace_back(stage, *service));
  }
  all_.emplace(std::move(services), has_peers);
}

}  // namespace oms::simulate
