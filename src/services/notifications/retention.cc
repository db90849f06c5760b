#include "services/notifications/records.h"
#include "services/notifications/service.h"

namespace oms::notifications {
namespace {

bool is_over(const Record& record) {
  return !record.due();
}

}  // namespace

std::vector<Retention> NotificationsService::retention() const {
  return {{.type = &type_of<Notices>(), .is_over = is_over}};
}

}  // namespace oms::notifications
