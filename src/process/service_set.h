#pragma once

#include <algorithm>
#include <vector>

#include "messages/mailbox.h"
#include "process/settings.h"
#include "runtime/audit.h"
#include "runtime/batch.h"
#include "runtime/dead_letters.h"
#include "runtime/records.h"
#include "runtime/replicas.h"
#include "services/coordinator/service.h"
#include "services/delivery/service.h"
#include "services/kitchen/service.h"
#include "services/notifications/service.h"
#include "services/orders/service.h"
#include "services/payments/service.h"
#include "services/stock/service.h"

namespace oms::process {

// Services that share a process and a store.
using ServiceGroup = std::vector<ServiceName>;

// How services live apart: each by itself, but for the order and its saga. They have one key and
// one lifetime, and most of what is said about an order goes between them: so it needs no broker.
inline std::vector<ServiceGroup> groups_apart() {
  std::vector<ServiceGroup> groups;
  for (const auto name : shop_services) {
    const auto shared = std::ranges::find(groups, mailbox_of(name),
                                          [](const ServiceGroup& group) { return group.front(); });
    if (shared != groups.end()) {
      shared->push_back(name);
    } else {
      groups.push_back({name});
    }
  }
  return groups;
}

// The first of the group that a service lives in, which names the group.
inline ServiceName home_of(ServiceName service, const std::vector<ServiceGroup>& groups) {
  const auto home = std::ranges::find_if(groups, [&](const ServiceGroup& group) {
    return std::ranges::find(group, service) != group.end();
  });
  return home == groups.end() ? service : home->front();
}

// The services of one runtime, and every type of record that its store keeps.
class ServiceSet {
 public:
  // All of them: the embedded deployment. Or those of a group, where each has a runtime of its own.
  // `is_shared`: several processes may use the store, as they may one of a group.
  explicit ServiceSet(const Settings& settings, const ServiceGroup& group = {},
                      bool is_shared = false)
      : orders_(settings.orders),
        stock_(stock_settings(settings)),
        payments_(payment_settings(settings)),
        kitchen_(settings.kitchen),
        delivery_(settings.delivery),
        notifications_(settings.notification),
        coordinator_(settings.limits),
        services_(chosen(group, is_shared), !group.empty()),
        types_(services_.types()) {
    types_.push_back(&type_of<runtime::InboxEntry>());
    types_.push_back(&type_of<runtime::AuditEntry>());
    types_.push_back(&type_of<runtime::ErasedSubject>());
    types_.push_back(&type_of<runtime::Sequence>());
    types_.push_back(&type_of<runtime::ClockReading>());
  }

  ServiceSet(const ServiceSet&) = delete;
  ServiceSet& operator=(const ServiceSet&) = delete;

  const runtime::Services& services() const { return services_; }
  const std::vector<const RecordType*>& types() const { return types_; }

 private:
  // A day is the same day for all.
  static stock::StockSettings stock_settings(const Settings& settings) {
    auto own = settings.stock;
    own.zone = settings.orders.zone;
    return own;
  }

  // Where the provider is asked for its events, no open link is looked at by itself.
  static payments::PaymentSettings payment_settings(const Settings& settings) {
    auto own = settings.payment;
    const bool has_events =
        settings.payments == "stripe" && settings.reconciliation.events_every > Duration{0};
    if (has_events) own.looks_at_open_links = false;
    return own;
  }

  std::vector<const Service*> chosen(const ServiceGroup& group, bool is_shared) const {
    std::vector<const Service*> services{&orders_,   &stock_,         &payments_,   &kitchen_,
                                         &delivery_, &notifications_, &coordinator_};
    if (!group.empty()) {
      std::erase_if(services, [&](const Service* service) {
        return std::ranges::find(group, service->name()) == group.end();
      });
    }
    if (is_shared || !group.empty()) services.push_back(&replicas_);
    services.push_back(&dead_letters_);
    return services;
  }

  orders::OrdersService orders_;
  stock::StockService stock_;
  payments::PaymentsService payments_;
  kitchen::KitchenService kitchen_;
  delivery::DeliveryService delivery_;
  notifications::NotificationsService notifications_;
  coordinator::CoordinatorService coordinator_;
  runtime::DeadLetterDesk dead_letters_;
  runtime::ReplicaDesk replicas_;
  runtime::Services services_;
  std::vector<const RecordType*> types_;
};

}  // namespace oms::process
