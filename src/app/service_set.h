#pragma once

#include "app/settings.h"
#include "runtime/batch.h"
#include "runtime/dead_letters.h"
#include "runtime/records.h"
#include "services/coordinator/service.h"
#include "services/delivery/service.h"
#include "services/kitchen/service.h"
#include "services/notifications/service.h"
#include "services/orders/service.h"
#include "services/payments/service.h"
#include "services/stock/service.h"

namespace oms::app {

// All services of the embedded deployment, and every type of record that its store keeps.
class ServiceSet {
 public:
  explicit ServiceSet(const Settings& settings)
      : stock_(settings.stock),
        payments_(settings.payment),
        kitchen_(settings.kitchen),
        delivery_(settings.delivery),
        coordinator_(settings.limits),
        services_({&orders_, &stock_, &payments_, &kitchen_, &delivery_, &notifications_,
                   &coordinator_, &dead_letters_}),
        types_(services_.types()) {
    types_.push_back(&type_of<runtime::InboxEntry>());
  }
  ServiceSet(const ServiceSet&) = delete;
  ServiceSet& operator=(const ServiceSet&) = delete;

  const runtime::Services& services() const { return services_; }
  const std::vector<const RecordType*>& types() const { return types_; }

 private:
  orders::OrdersService orders_;
  stock::StockService stock_;
  payments::PaymentsService payments_;
  kitchen::KitchenService kitchen_;
  delivery::DeliveryService delivery_;
  notifications::NotificationsService notifications_;
  coordinator::CoordinatorService coordinator_;
  runtime::DeadLetterDesk dead_letters_;
  runtime::Services services_;
  std::vector<const RecordType*> types_;
};

}  // namespace oms::app
