#pragma once

#include "messages/common.h"
#include "messages/record.h"

namespace oms {

// Cook this. Answered `started` when a cook begins (the pivot), and `done` when it is ready.
struct PrepareOrder {
  static constexpr auto to = ServiceName::kitchen;
  StepRef ref;
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  std::vector<OrderLine> lines;
};
BOOST_DESCRIBE_STRUCT(PrepareOrder, (), (ref, order_number, lines))

// Undoes a ticket that no cook has begun; refused for one that was.
struct CancelTicket {
  static constexpr auto to = ServiceName::kitchen;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(CancelTicket, (), (ref))

// What the operator does where the kitchen works by hand.
struct HandleTicket {
  static constexpr auto to = ServiceName::kitchen;
  enum class Action { accept, reject, ready };
  BOOST_DESCRIBE_NESTED_ENUM(Action, accept, reject, ready)
  Action action = Action::accept;
};
BOOST_DESCRIBE_STRUCT(HandleTicket, (), (action))

namespace kitchen {
enum class TicketStatus { waiting, preparing, ready, rejected, cancelled };
BOOST_DESCRIBE_ENUM(TicketStatus, waiting, preparing, ready, rejected, cancelled)
}  // namespace kitchen

// What the cooks read, as it is kept: the edge shows it and does not look into it. Lists may ask
// for its column `status`.
struct TicketView;
const RecordType& record_type(const TicketView*);

}  // namespace oms
