#pragma once

#include <boost/describe.hpp>

#include "messages/coordinator.h"
#include "messages/record.h"

namespace oms::coordinator {

inline constexpr std::size_t timeline_max = 64;  // then the oldest go

// What the commands of a change need.
struct Change {
  Run run;
  MinorUnits amount = 0;
  std::vector<ProductQuantity> returned;  // to the shelf, in all
  std::vector<ProductQuantity> taken;     // from the shelf, line by line and in all
  std::vector<OrderLine> lines;           // the order's, once it is over; empty: they stay
  MinorUnits total = 0;                   // of those
};
BOOST_DESCRIBE_STRUCT(Change, (), (run, amount, returned, taken, lines, total))

// One order's life, and the change that runs beside it. One record, so there is one version of it
// all: at most one change at a time.
struct Saga {
  Id id;  // the order's
  Run main;
  std::int32_t changes = 0;       // there have been so many: the number of the last
  std::optional<Change> change;   // none: it is over
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  std::string customer_id;
  std::vector<OrderLine> lines;  // what the steps' commands need; dropped at the end
  MinorUnits total = 0;
  std::string currency;
  std::string traceparent;  // of the order's caller; empty: the order's id gives its trace
  PaymentMethod method = PaymentMethod::link;
  std::string payment_token;            // of a card; dropped at the end
  Recipient recipient;                  // dropped at the end
  Reason cancelled_for = Reason::none;  // while a change holds the life: cancel it afterwards
  std::vector<TimelineStep> timeline;

  bool is_live() const { return main.is_live() || change; }
  std::optional<Time> due() const;  // of the run that is due first
};
BOOST_DESCRIBE_STRUCT(Saga, (),
                      (id, main, changes, change, order_number, customer_id, lines, total, currency,
                       traceparent, method, payment_token, recipient, cancelled_for, timeline))

const RecordType& record_type(const Saga*);

// What others may see of it: no token, no address, nothing that only its commands need.
SagaView view(const Saga& saga);

}  // namespace oms::coordinator
