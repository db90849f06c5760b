#include "services/kitchen/records.h"
#include "services/kitchen/service.h"

namespace oms::kitchen {
namespace {

bool is_over(const Record& record) {
  const auto status = record.as<Ticket>()->status;
  return status != TicketStatus::waiting && status != TicketStatus::preparing;
}

}  // namespace

std::vector<Retention> KitchenService::retention() const {
  return {{.type = &type_of<Ticket>(), .is_over = is_over}};
}

}  // namespace oms::kitchen
