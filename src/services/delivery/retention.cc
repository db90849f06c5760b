#include "services/delivery/records.h"
#include "services/delivery/service.h"

namespace oms::delivery {
namespace {

bool is_over(const Record& record) {
  const auto status = record.as<Delivery>()->status;
  return status == DeliveryStatus::delivered || status == DeliveryStatus::failed ||
         status == DeliveryStatus::collected || status == DeliveryStatus::withdrawn;
}

}  // namespace

std::vector<Retention> DeliveryService::retention() const {
  return {{.type = &type_of<Delivery>(), .is_over = is_over}};
}

}  // namespace oms::delivery
