#include "services/notifications/records.h"

#include "messages/define_record.h"

namespace oms::notifications {

const RecordType& record_type(const Notices*) {
  static const RecordType type = define_record<Notices>({
      .table = "notifications_notices",
      .schema = 2,  // 1 knew no notice that an order is ready
  });
  return type;
}

}  // namespace oms::notifications
