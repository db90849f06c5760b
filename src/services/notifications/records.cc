#include "services/notifications/records.h"

#include "messages/define_record.h"

namespace oms::notifications {

const RecordType& record_type(const Notices*) {
  static const RecordType type = define_record<Notices>({
      .table = "notifications_notices",
      .schema = 3,  // 1 knew no notice that an order is ready, 2 none that is delivered
  });
  return type;
}

}  // namespace oms::notifications
