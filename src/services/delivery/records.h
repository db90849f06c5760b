#pragma once

#include <boost/describe.hpp>

#include "messages/delivery.h"
#include "messages/record.h"

namespace oms::delivery {

// One order on its way, or waiting for its customer.
struct Delivery {
  Id id;                          // the order's
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  DeliveryStatus status = DeliveryStatus::assigned;
  StepRef ref;
  std::int32_t attempt = 0;  // at most `attempts_max`, then the delivery has failed
  std::optional<Time> due;
  Recipient recipient;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (id, order_number, status, ref, attempt, due, recipient))

const RecordType& record_type(const Delivery*);

}  // namespace oms::delivery
