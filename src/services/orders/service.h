#pragma once

#include "base/time_zone.h"
#include "services/orders/records.h"
#include "services/service.h"

namespace oms::orders {

struct OrdersSettings {
  TimeZone zone;  // by which a day begins: numbers begin at 1 each day
};

// Owns the orders: accepts them at a price that stays, shows how far they are, takes the
// customer's cancellation as long as it can still be granted, and forgets who they were.
class OrdersService final : public BasicService {
 public:
  explicit OrdersService(OrdersSettings settings) : settings_(std::move(settings)) {}

  ServiceName name() const override { return ServiceName::orders; }
  std::vector<const RecordType*> owns() const override {
    return {&type_of<Order>(), &type_of<ArchivedOrder>(), &type_of<ErasedCustomer>()};
  }
  std::vector<Retention> retention() const override;
  std::vector<Question> questions(const Message& message) const override;
  std::optional<ShortText> sequence(const Message& message, Now now) const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
  void announce(const Record* before, const Record& after,
                std::vector<PublicEvent>& events) const override;

 private:
  OrdersSettings settings_;
};

}  // namespace oms::orders
