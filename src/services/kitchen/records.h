#pragma once

#include <boost/describe.hpp>

#include "messages/kitchen.h"
#include "messages/record.h"

namespace oms::kitchen {

struct TicketLine {
  std::string product_name;
  std::int64_t quantity = 0;
  std::string note;  // the customer's
};
BOOST_DESCRIBE_STRUCT(TicketLine, (), (product_name, quantity, note))

// What the cooks read.
struct Ticket {
  Id id;                          // the order's
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  TicketStatus status = TicketStatus::waiting;
  std::vector<TicketLine> lines;
  StepRef ref;
  std::int32_t cook = -1;     // -1: none is assigned, for there is nothing to cook
  Time starts_at;             // when a cook is expected to begin
  Time promised_at;           // when it is to be ready
  std::int64_t takes_ms = 0;  // how long a cook needs
  Time busy_until;            // when its cook is free again, as planned; 0: at `promised_at`
  bool missed = false;        // the alarm was given
  std::optional<Time> due;
  std::string note;  // the customer's, on the order as a whole
};
BOOST_DESCRIBE_STRUCT(Ticket, (),
                      (id, order_number, status, lines, ref, cook, starts_at, promised_at, takes_ms,
                       busy_until, missed, due, note))

const RecordType& record_type(const Ticket*);

struct BoardEntry {
  Id id;
  Time starts_at;
  bool by_hand = false;  // it waits until somebody accepts it, whatever the time
  std::int64_t takes_ms = 0;
  bool held = false;  // it keeps its place until its order has been changed, whatever the time
};
BOOST_DESCRIBE_STRUCT(BoardEntry, (), (id, starts_at, by_hand, takes_ms, held))

// The kitchen's one board: when each cook is free, and which tickets wait: at most
// `KitchenSettings::queue_max`, and by hand one more for each cook. What waits by hand has no cook
// yet: the next who is free begins it.
struct Board {
  std::string id = "board";
  std::vector<Time> free_at;  // one for each cook
  std::vector<BoardEntry> waiting;
};
BOOST_DESCRIBE_STRUCT(Board, (), (id, free_at, waiting))

const RecordType& record_type(const Board*);

}  // namespace oms::kitchen
