#pragma once

#include <optional>

#include "app/settings.h"
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

namespace oms::app {

// The services of one runtime, and every type of record that its store keeps.
class ServiceSet {
 public:
  // All of them: the embedded deployment. Or one, where each has a runtime of its own.
  explicit ServiceSet(const Settings& settings, std::optional<ServiceName> alone = std::nullopt)
      : orders_(settings.orders),
        stock_(settings.stock),
        payments_(settings.payment),
        kitchen_(settings.kitchen),
        delivery_(settings.delivery),
        coordinator_(settings.limits),
        services_(chosen(alone), alone.has_value()),
        types_(services_.types()) {
    types_.push_back(&type_of<runtime::InboxEntry>());
    types_.push_back(&type_of<runtime::Sequence>());
    types_.push_back(&type_of<runtime::ClockReading>());
  }

  ServiceSet(const ServiceSet&) = delete;
  ServiceSet& operator=(const ServiceSet&) = delete;

  const runtime::Services& services() const { return services_; }
  const std::vector<const RecordType*>& types() const { return types_; }

 private:
  std::vector<const Service*> chosen(std::optional<ServiceName> alone) const {
    std::vector<const Service*> services{&orders_,   &stock_,         &payments_,   &kitchen_,
                                         &delivery_, &notifications_, &coordinator_};
    if (alone) {
      std::erase_if(services, [&](const Service* service) { return service->name() != alone; });
      services.push_back(&replicas_);
    }
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

}  // namespace oms::app
