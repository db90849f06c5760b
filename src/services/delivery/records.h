#pragma once

#include "messages/define_record.h"
#include "messages/delivery.h"

namespace oms::delivery {

enum class DeliveryStatus { assigned, on_the_way, delivered, failed };
BOOST_DESCRIBE_ENUM(DeliveryStatus, assigned, on_the_way, delivered, failed)

// One order on its way.
struct Delivery {
  Id id;  // the order's
  DeliveryStatus status = DeliveryStatus::assigned;
  StepRef ref;
  std::int32_t attempt = 0;  // at most `attempts_max`, then the delivery has failed
  std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (id, status, ref, attempt, due))

inline const RecordType& record_type(const Delivery*) {
  static const RecordType type = define_record<Delivery>({
      .table = "delivery_delivery",
      .columns = {column<&Delivery::status>("status")},
      .indexes = {{.columns = "status", .where = "status = 'assigned' or status = 'on_the_way'"}},
  });
  return type;
}

}  // namespace oms::delivery
