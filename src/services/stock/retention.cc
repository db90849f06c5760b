#include "services/stock/records.h"
#include "services/stock/service.h"

namespace oms::stock {
namespace {

bool is_over(const Record& record) {
  return record.as<Reservation>()->state != ReservationState::held;
}

}  // namespace

std::vector<Retention> StockService::retention() const {
  return {{.type = &type_of<Reservation>(), .kept_for = KeptFor::refunds, .is_over = is_over}};
}

}  // namespace oms::stock
