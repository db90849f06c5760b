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
  std::string note;
};
BOOST_DESCRIBE_STRUCT(PrepareOrder, (), (ref, order_number, lines, note))

// No cook begins it until it is released: the order is being changed. Refused with
// `kitchen_started` for one that was begun. Where there is no ticket there is nothing to hold.
struct HoldTicket {
  static constexpr auto to = ServiceName::kitchen;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(HoldTicket, (), (ref))

// Releases a ticket, with these lines. Answered `undone` where it undoes the hold, else `done`.
struct ReleaseTicket {
  static constexpr auto to = ServiceName::kitchen;
  StepRef ref;
  std::vector<OrderLine> lines;
  bool is_undo = false;
};
BOOST_DESCRIBE_STRUCT(ReleaseTicket, (), (ref, lines, is_undo))

// The customer has changed the note. What is ready keeps its own.
struct ChangeTicketNote {
  static constexpr auto to = ServiceName::kitchen;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(ChangeTicketNote, (), (note))

// Undoes a ticket that no cook has begun; refused for one that was, unless the operator takes it
// from the cook.
struct CancelTicket {
  static constexpr auto to = ServiceName::kitchen;
  StepRef ref;
  bool also_begun = false;
};
BOOST_DESCRIBE_STRUCT(CancelTicket, (), (ref, also_begun))

// What the operator does where the kitchen works by hand.
struct HandleTicket {
  static constexpr auto to = ServiceName::kitchen;
  enum class Action { accept, reject, ready };
  BOOST_DESCRIBE_NESTED_ENUM(Action, accept, reject, ready)
  Action action = Action::accept;
};
BOOST_DESCRIBE_STRUCT(HandleTicket, (), (action))

namespace kitchen {
enum class TicketStatus { waiting, preparing, ready, rejected, cancelled, held };
BOOST_DESCRIBE_ENUM(TicketStatus, waiting, preparing, ready, rejected, cancelled, held)
}  // namespace kitchen

// What the cooks read, as it is kept: the edge shows it and does not look into it. Lists may ask
// for its column `status`.
struct TicketView;
const RecordType& record_type(const TicketView*);

}  // namespace oms
