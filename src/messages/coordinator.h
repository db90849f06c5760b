#pragma once

#include "messages/common.h"
#include "messages/record.h"

namespace oms {

// An order was accepted: lead it through the lifecycle of that name.
struct StartSaga {
  static constexpr auto to = ServiceName::coordinator;
  std::string saga;
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  std::string customer_id;
  std::vector<OrderLine> lines;
  MinorUnits total = 0;
  std::string currency;
  PaymentMethod method = PaymentMethod::link;
  std::string payment_token;  // of a card
  Recipient recipient;
};
BOOST_DESCRIBE_STRUCT(StartSaga, (),
                      (saga, order_number, customer_id, lines, total, currency, method,
                       payment_token, recipient))

// The customer has changed whom it is for, or a note. The steps to come go by it.
struct ChangeRecipient {
  static constexpr auto to = ServiceName::coordinator;
  Recipient recipient;
};
BOOST_DESCRIBE_STRUCT(ChangeRecipient, (), (recipient))

// The operator steps in where a saga does not go on by itself.
struct HandleSaga {
  static constexpr auto to = ServiceName::coordinator;
  enum class Action {
    retry,  // ask again now
    skip,   // the step in doubt, which is named, is known to have happened
    abort,  // undo it all, also behind the pivot
  };
  BOOST_DESCRIBE_NESTED_ENUM(Action, retry, skip, abort)
  Action action = Action::retry;
  // Of which run: 0 is the order's life, n its n-th change. None: the life is aborted, and of the
  // change that is under way, or else of the life, the step is retried or skipped.
  std::optional<std::int32_t> run;
  std::string step;  // at which it must be; empty: at any
};
BOOST_DESCRIBE_STRUCT(HandleSaga, (), (action, run, step))

// Undo the order, if it has not passed its pivot.
struct CancelSaga {
  static constexpr auto to = ServiceName::coordinator;
  Reason reason = Reason::customer_request;
};
BOOST_DESCRIBE_STRUCT(CancelSaga, (), (reason))

// Lead the order through a change of that name, beside its life. One at a time: orders begins the
// next only when this one is over.
struct StartChange {
  static constexpr auto to = ServiceName::coordinator;
  std::int32_t number = 0;  // from 1: the order's n-th change
  std::string saga;
  MinorUnits amount = 0;                  // to be refunded
  std::vector<ProductQuantity> returned;  // what is to have come back to the shelf in all
  std::vector<ProductQuantity> taken;     // line by line, what is to have been taken in all
  std::vector<OrderLine> lines;           // as they are to be; empty: they stay
  MinorUnits total = 0;                   // of those
};
BOOST_DESCRIBE_STRUCT(StartChange, (), (number, saga, amount, returned, taken, lines, total))

// How a participant answers a command, whatever the step.
struct StepAnswer {
  static constexpr auto to = ServiceName::coordinator;
  enum class Result {
    started,   // under way: what the step shows meanwhile has begun
    done,      // the step has happened
    refused,   // it has not happened and will not
    undone,    // what the step had done is undone
    too_late,  // to undo it: the pivot has begun
  };
  BOOST_DESCRIBE_NESTED_ENUM(Result, started, done, refused, undone, too_late)

  StepRef ref;
  Result result = Result::done;
  Reason reason = Reason::none;
  std::vector<ProductQuantity> lines;  // how much has come of each, where that may differ
};
BOOST_DESCRIBE_STRUCT(StepAnswer, (), (ref, result, reason, lines))

namespace coordinator {

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
  bool aborted = false;  // it is undone also behind the pivot

  bool is_live() const { return phase == Phase::doing || phase == Phase::undoing; }
};
BOOST_DESCRIBE_STRUCT(Run, (),
                      (saga, version, step, phase, attempt, pivoted, reason, due, started_at,
                       aborted))

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

}  // namespace coordinator

// How far an order's lifecycle is, and the change that runs beside it: the operator's.
struct SagaView {
  Id id;  // the order's
  coordinator::Run main;
  std::int32_t changes = 0;                // there have been so many: the number of the last
  std::optional<coordinator::Run> change;  // none: it is over
  bool is_live = false;
  std::int64_t order_number = 0;
  std::string customer_id;
  MinorUnits total = 0;
  std::string currency;
  PaymentMethod method = PaymentMethod::link;
  Reason cancelled_for = Reason::none;  // once the change is over
  std::vector<coordinator::TimelineStep> timeline;
};
BOOST_DESCRIBE_STRUCT(SagaView, (),
                      (id, main, changes, change, is_live, order_number, customer_id, total,
                       currency, method, cancelled_for, timeline))

// Lists may ask for its column `live`, which is "yes" while it is.
const RecordType& record_type(const SagaView*);

}  // namespace oms
