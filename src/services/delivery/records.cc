#include "services/delivery/records.h"

#include "messages/define_record.h"

namespace oms::delivery {

const RecordType& record_type(const Delivery*) {
  static const RecordType type = define_record<Delivery>({
      .table = "delivery_delivery",
      .schema = 2,  // 1 knew nobody who comes for it
      .columns = {column<&Delivery::status>("status")},
      .indexes = {{.column = "status",
                   .only = Condition{"status", {"assigned", "on_the_way", "waiting"}}}},
  });
  return type;
}

}  // namespace oms::delivery
