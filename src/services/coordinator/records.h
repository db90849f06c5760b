#pragma once

#include <boost/describe.hpp>

#include "messages/coordinator.h"
#include "messages/record.h"

namespace oms::coordinator {

enum class Phase { doing, undoing, completed, cancelled };
BOOST_DESCRIBE_ENUM(Phase, doing, undoing, completed, cancelled)

// How far one table has come. It is found by name and version, the step by its name, so that a
// newer binary leads an old order to its end.
struct Run {
  std::string saga;
  std::int32_t version = 0;
  std::string step;
  Phase phase = Phase::doing;
  std::int32_t attempt = 0;
  bool pivoted = false;
  Reason reason = Reason::none;  // why it is undone
  std::optional<Time> due;       // when the step is overdue
  Time started_at;

  bool is_live() const { return phase == Phase::doing || phase == Phase::undoing; }
};
BOOST_DESCRIBE_STRUCT(Run, (),
                      (saga, version, step, phase, attempt, pivoted, reason, due, started_at))

// One step that was asked for, or undone, as the operator reads it.
struct TimelineStep {
  std::int32_t run = 0;  // 0: of the life; n: of the n-th change
  std::string step;
  bool is_undo = false;
  std::int32_t attempts = 1;
  Time asked_at;
  std::optional<Time> answered_at;
  StepAnswer::Result result = StepAnswer::Result::done;  // once it is answered
  Reason reason = Reason::none;
  bool by_operator = false;  // who said so without an answer
};
BOOST_DESCRIBE_STRUCT(TimelineStep, (),
                      (run, step, is_undo, attempts, asked_at, answered_at, result, reason,
                       by_operator))

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
  std::string payment_token;  // of a card; dropped at the end
  Recipient recipient;        // dropped at the end
  Reason cancelled_for = Reason::none;  // while a change holds the life: cancel it afterwards
  std::vector<TimelineStep> timeline;

  bool is_live() const { return main.is_live() || change; }
  std::optional<Time> due() const;  // of the run that is due first
};
BOOST_DESCRIBE_STRUCT(Saga, (),
                      (id, main, changes, change, order_number, customer_id, lines, total, currency,
                       traceparent, method, payment_token, recipient, cancelled_for,
                       timeline))

const RecordType& record_type(const Saga*);

}  // namespace oms::coordinator
