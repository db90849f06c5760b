#include "services/orders/records.h"

#include "messages/define_record.h"

namespace oms::orders {

const RecordType& record_type(const Order*) {
  static const RecordType type = define_record<Order>({
      .table = "orders_order",
      .columns = {column<&Order::customer_id>("customer_id"), column<&Order::status>("status")},
      .indexes = {{.columns = "customer_id", .is_gathered = true}},
  });
  return type;
}

const RecordType& record_type(const ArchivedOrder*) {
  static const RecordType type = define_record<ArchivedOrder>({.table = "orders_archived"});
  return type;
}

}  // namespace oms::orders
