#include "services/coordinator/records.h"
#include "services/coordinator/service.h"

namespace oms::coordinator {
namespace {

bool is_over(const Record& record) {
  return !record.as<Saga>()->is_live();
}

}  // namespace

std::vector<Retention> CoordinatorService::retention() const {
  return {{.type = &type_of<Saga>(), .kept_for = KeptFor::refunds, .is_over = is_over}};
}

}  // namespace oms::coordinator
