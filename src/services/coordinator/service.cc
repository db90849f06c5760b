#include "services/coordinator/service.h"

#include <algorithm>
#include <stdexcept>

#include "base/planted.h"
#include "sagas/all.h"
#include "services/coordinator/commands.h"

namespace oms::coordinator {
namespace {

using sagas::Command;
using sagas::Step;
using sagas::WhenOverdue;
using Result = StepAnswer::Result;

constexpr std::int32_t doublings_max = 10;

// One decision about one saga: the record changes in place, what is to be said collects.
class Course {
 public:
  Course(Saga saga, const sagas::Limits& limits, Now now)
      : saga_(std::move(saga)), limits_(limits), now_(now) {
    table_ = sagas::find(saga_.saga, saga_.version);
    if (table_ == nullptr) {
      throw std::runtime_error("no saga '" + saga_.saga + "' of version " +
                               std::to_string(saga_.version) + " is compiled in");
    }
  }

  Decision begin() {
    enter(0);
    return finish();
  }

  Decision on(const StepAnswer& answer) {
    // An answer to a step that the saga has left is an echo: whatever it tells was dealt with.
    if (!saga_.is_live() || answer.ref.step != saga_.step) return {};
    const Step& step = current();
    if (saga_.phase == Phase::undoing) {
      if (answer.result == Result::undone) {
        // The participant may know better than the clock why its step took too long.
        const bool was_late = saga_.reason != Reason::none && saga_.reason == step.overdue_reason;
        if (was_late && answer.reason != Reason::none) saga_.reason = answer.reason;
        undo_before(index());
        return finish();
      }
      // Too late: the pivot had begun when the undo arrived. The order goes on.
      if (!step.pivot || answer.result == Result::refused) return {};
      go_on(step);
    }
    switch (answer.result) {
      case Result::started:
        return started(step);
      case Result::done:
        if (step.pivot) saga_.pivoted = true;
        show(step.shows_done);
        enter(index() + 1);
        return finish();
      case Result::refused:
        saga_.reason = answer.reason;
        undo_before(index());
        return finish();
      case Result::too_late:
        if (planted::is("call_it_refused")) {
          undo_before(index());
          return finish();
        }
        if (saga_.pivoted || !step.pivot) return {};
        pass_pivot(step);
        return finish();
      case Result::undone:
        return {};
    }
    return {};
  }

  Decision on(const CancelSaga& cancel) {
    if (saga_.phase == Phase::undoing || saga_.phase == Phase::cancelled) return {};
    if (saga_.pivoted || saga_.phase == Phase::completed) {
      decision_.sends(CancellationRefused{.reason = cancel.reason});
      return std::move(decision_);
    }
    saga_.reason = cancel.reason;
    if (planted::is("forget_step_in_doubt")) {
      undo_before(index());
      return finish();
    }
    undo(index());
    return finish();
  }

  Decision on_wake_up() {
    if (!saga_.is_live() || !saga_.due || *saga_.due > now_) return {};
    const Step& step = current();
    const bool is_given_up = planted::is("cancel_after_pivot") && saga_.pivoted;
    if (saga_.phase == Phase::doing && (step.when_overdue == WhenOverdue::give_up || is_given_up)) {
      saga_.reason = step.overdue_reason;
      undo(index());
    } else {
      ++saga_.attempt;
      ask(saga_.phase == Phase::doing ? step.act : step.undo);
      await(step);
    }
    return finish();
  }

 private:
  std::size_t index() const {
    for (std::size_t i = 0; i < table_->steps.size(); ++i) {
      if (table_->steps[i].name == saga_.step) return i;
    }
    throw std::runtime_error("saga '" + saga_.saga + "' has no step '" + saga_.step + "'");
  }
  const Step& current() const { return table_->steps[index()]; }

  void go_on(const Step& step) {
    saga_.phase = Phase::doing;
    saga_.reason = Reason::none;
    saga_.attempt = 1;
    decision_.sends(CancellationRefused{});
    await(step);
  }

  Decision started(const Step& step) {
    if (step.pivot && !saga_.pivoted) {
      pass_pivot(step);
      return finish();
    }
    show(step.shows_started);  // nothing of the saga changes, so nothing is saved
    return std::move(decision_);
  }

  void pass_pivot(const Step& step) {
    saga_.pivoted = true;
    show(step.shows_started);
  }

  void enter(std::size_t step) {
    if (planted::is("skip_last_step") && step + 1 == table_->steps.size()) ++step;
    if (step == table_->steps.size()) {
      end(Phase::completed);
      return;
    }
    saga_.step = table_->steps[step].name;
    saga_.attempt = 1;
    await(table_->steps[step]);
    ask(table_->steps[step].act);
  }

  // Undoes from this step backwards; the step itself may have happened or not.
  void undo(std::size_t step) {
    saga_.phase = Phase::undoing;
    const Step& undone = table_->steps[step];
    // Behind the pivot a meal is cooked: there is no ticket left to cancel.
    if (undone.undo == Command::none || (saga_.pivoted && undone.pivot)) {
      undo_before(step);
      return;
    }
    saga_.step = undone.name;
    saga_.attempt = 1;
    await(undone);
    ask(undone.undo);
  }

  void undo_before(std::size_t step) {
    saga_.phase = Phase::undoing;
    if (step > 0) {
      undo(step - (step > 1 && planted::is("forget_compensation") ? 2 : 1));
      return;
    }
    end(Phase::cancelled);
    const auto reason = planted::is("lose_reason") ? Reason::none : saga_.reason;
    decision_.sends(ShowProgress{.status = OrderStatus::cancelled, .reason = reason});
  }

  void end(Phase phase) {
    saga_.phase = phase;
    saga_.due.reset();
    saga_.lines.clear();
  }

  // Whoever has not answered is asked less and less often, each half hour at last: it cannot, or
  // its answer cannot come.
  void await(const Step& step) {
    if (planted::is("never_overdue")) return;
    const auto within = saga_.phase == Phase::undoing ? limits_.undo : limits_.*step.within;
    const auto attempts = planted::is("ignore_backoff") ? 1 : saga_.attempt;
    const auto doubled = within * (1 << std::min(attempts - 1, doublings_max));
    saga_.due = now_ + std::max(within, std::min<Duration>(doubled, std::chrono::minutes{30}));
    if (planted::is("short_window") && step.act == Command::collect_payment) {
      saga_.due = now_ + within / 2;
    }
  }

  void ask(Command command) { decision_.send.push_back(command_for(command, saga_, now_)); }

  void show(const std::optional<OrderStatus>& status) {
    if (status) decision_.sends(ShowProgress{.status = *status});
  }

  Decision finish() {
    decision_.saves(std::move(saga_));
    return std::move(decision_);
  }

  Saga saga_;
  const sagas::Limits& limits_;
  Now now_;
  const sagas::Saga* table_ = nullptr;
  Decision decision_;
};

Saga started_by(const StartSaga& start, const Message& message, Time now) {
  const auto* table = sagas::find(start.saga);
  if (table == nullptr) throw std::runtime_error("no saga is called '" + start.saga + "'");
  return {.id = message.order_id,
          .saga = start.saga,
          .version = table->version,
          .started_at = now,
          .order_number = start.order_number,
          .customer_id = start.customer_id,
          .lines = start.lines,
          .total = start.total,
          .currency = start.currency,
          .traceparent = traceparent_to_keep(message.trace, message.order_id)};
}

Decision go_on(Course course, const Message& message) {
  if (const auto* answer = std::get_if<StepAnswer>(&message.payload)) return course.on(*answer);
  if (const auto* cancel = std::get_if<CancelSaga>(&message.payload)) return course.on(*cancel);
  if (std::holds_alternative<WakeUp>(message.payload)) return course.on_wake_up();
  throw std::runtime_error("the coordinator does not take this message");
}

}  // namespace

void CoordinatorService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Saga>(message.order_id));
}

Decision CoordinatorService::decide(const Message& message, const Records& records, Now now) const {
  const Saga* saga = records.get<Saga>(message.order_id);
  if (const auto* start = std::get_if<StartSaga>(&message.payload)) {
    if (saga != nullptr) return {};  // a repeated start
    return Course{started_by(*start, message, now), limits_, now}.begin();
  }
  if (saga == nullptr) {
    // Payments cancels what the provider has refunded, perhaps long after the order was over.
    if (std::holds_alternative<CancelSaga>(message.payload)) return {};
    throw std::runtime_error("there is no saga for this order");
  }
  auto decision = go_on(Course{*saga, limits_, now}, message);
  // A timer knows only the trace that the order's id gives, and a cook may bring another.
  if (!saga->traceparent.empty() || !is_derived(message.trace, saga->id)) {
    decision.trace = order_trace(saga->id, saga->traceparent);
  }
  return decision;
}

}  // namespace oms::coordinator
