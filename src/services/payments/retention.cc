#include "services/payments/records.h"
#include "services/payments/service.h"

namespace oms::payments {
namespace {

bool is_over(const Record& record) {
  return !record.due();
}

}  // namespace

std::vector<Retention> PaymentsService::retention() const {
  return {{.type = &type_of<Payment>(), .kept_for = KeptFor::refunds, .is_over = is_over},
          {.type = &type_of<ClosedLinks>(), .kept_for = KeptFor::refunds, .is_over = is_over}};
}

}  // namespace oms::payments
