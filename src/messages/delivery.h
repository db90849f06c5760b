#pragma once

#include "messages/common.h"
#include "messages/record.h"

namespace oms {

// Bring it to the customer. Answered `started` on the way, `done` when delivered.
struct DeliverOrder {
  static constexpr auto to = ServiceName::delivery;
  StepRef ref;
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  Recipient recipient;
};
BOOST_DESCRIBE_STRUCT(DeliverOrder, (), (ref, order_number, recipient))

// Keep it for the customer, who comes for it. Answered `done` when it was collected.
struct HandOver {
  static constexpr auto to = ServiceName::delivery;
  StepRef ref;
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  Recipient recipient;
};
BOOST_DESCRIBE_STRUCT(HandOver, (), (ref, order_number, recipient))

// Undoes a delivery or handing over, also one that has not arrived yet (it leaves a tombstone).
// Answered `too_late` once the customer has it.
struct WithdrawDelivery {
  static constexpr auto to = ServiceName::delivery;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(WithdrawDelivery, (), (ref))

// What the operator (or the rider's device) reports where delivery works by hand.
struct HandleDelivery {
  static constexpr auto to = ServiceName::delivery;
  enum class Action { dispatch, deliver, fail, collect };
  BOOST_DESCRIBE_NESTED_ENUM(Action, dispatch, deliver, fail, collect)
  Action action = Action::dispatch;
};
BOOST_DESCRIBE_STRUCT(HandleDelivery, (), (action))

namespace delivery {
enum class DeliveryStatus {
  assigned,
  on_the_way,
  delivered,
  failed,
  waiting,
  collected,
  withdrawn,
};
BOOST_DESCRIBE_ENUM(DeliveryStatus, assigned, on_the_way, delivered, failed, waiting, collected,
                    withdrawn)
}  // namespace delivery

// An order on its way, as it is kept: the edge shows it and does not look into it. Lists may ask
// for its column `status`.
struct DeliveryView;
const RecordType& record_type(const DeliveryView*);

}  // namespace oms
