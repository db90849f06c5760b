#include "services/orders/records.h"
#include "services/orders/service.h"

namespace oms::orders {
namespace {

bool is_over(const Record& record) {
  const auto& order = *record.as<Order>();
  return is_final(order.status) && !is_changing(order);
}

}  // namespace

std::vector<Retention> OrdersService::retention() const {
  return {{.type = &type_of<Order>(), .kept_for = KeptFor::archive, .is_over = is_over}};
}

}  // namespace oms::orders
