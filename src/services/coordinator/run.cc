#include "services/coordinator/run.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sagas/all.h"
#include "services/coordinator/commands.h"

namespace oms::coordinator {
namespace {

using sagas::Command;
using sagas::Step;
using sagas::WhenOverdue;
using Result = StepAnswer::Result;

constexpr std::int32_t doublings_max = 10;
constexpr Duration backoff_max = std::chrono::minutes{30};

}  // namespace

RunTransition::RunTransition(Saga& saga, std::int32_t number, const sagas::Saga& table,
                             const sagas::Limits& limits, Now now, Decision& decision)
    : saga_(saga),
      run_(number == 0 ? saga.main : saga.change.value().run),
      number_(number),
      table_(table),
      limits_(limits),
      now_(now),
      decision_(decision) {}

std::size_t RunTransition::index() const {
  for (std::size_t i = 0; i < table_.steps.size(); ++i) {
    if (table_.steps[i].name == run_.step) return i;
  }
  throw std::runtime_error("saga '" + run_.saga + "' has no step '" + run_.step + "'");
}

bool RunTransition::begin() {
  enter(0);
  return true;
}

bool RunTransition::is_held() const {
  if (!is_life() || !saga_.change) return false;
  const auto& change = saga_.change->run;
  const auto* const table = sagas::find(change.saga, change.version);
  return table != nullptr && table->holds_life;
}

bool RunTransition::on(const StepAnswer& answer) {
  // An answer to a step that the run has left is an echo: whatever it tells was dealt with.
  if (!run_.is_live() || is_parked() || answer.ref.step != run_.step) return false;
  return follow(answer, false);
}

bool RunTransition::follow(const StepAnswer& answer, bool by_operator) {
  const Step& step = current();
  if (run_.phase == Phase::undoing && answer.result != Result::undone) {
    if (!is_too_late_to_undo(answer.result)) return false;
    if (run_.aborted && step.pivot) return undo_begun(step);
    go_on(step);
  }
  const bool is_undoing = run_.phase == Phase::undoing;
  if (answer.result == Result::undone && !is_undoing) return false;
  if (answer.result != Result::started) note_answer(answer.result, answer.reason, by_operator);
  if (is_undoing) return on_undone(answer);
  switch (answer.result) {
    case Result::started:
      return on_start(step);
    case Result::done:
      if (by_operator && !(step.pivot && run_.pivoted)) show(step.shows_started);
      on_done(answer.lines);
      return true;
    case Result::refused:
      return on_refusal(answer.reason);
    case Result::too_late:
      return on_too_late(step);
    case Result::undone:
      return false;
  }
  return false;
}

// While it undoes a step: whether what the step does is past that, and the run goes on. The pivot
// is once it has begun, other steps once they are done. Where an undo is never too late, what was
// done is being undone, whichever came first.
bool RunTransition::is_too_late_to_undo(Result answer) const {
  if (!sagas::may_be_too_late(current().undo)) return false;
  const bool has_begun = current().pivot && answer == Result::started;
  return has_begun || answer == Result::done || answer == Result::too_late;
}

// The pivot, which has begun. A meal is taken from its cook; of a capture, what came before is
// undone, and that gives the money back.
bool RunTransition::undo_begun(const Step& step) {
  if (run_.pivoted) return false;  // it was told, and is being undone
  if (step.undo != Command::cancel_ticket) {
    undo_before(index());
    return true;
  }
  pass_pivot(step);
  undo_here();
  return true;
}

void RunTransition::undo_here() {
  run_.phase = Phase::undoing;
  run_.attempt = 1;
  await(current());
  ask(current().undo);
}

void RunTransition::on_done(const std::vector<ProductQuantity>& lines) {
  const Step& step = current();
  if (step.pivot) run_.pivoted = true;
  note(lines, step.act);
  show(step.shows_done);
  enter(index() + 1);
}

// The pivot has begun, and its end is told by itself; other steps are done.
bool RunTransition::on_too_late(const Step& step) {
  if (step.pivot && run_.pivoted) return false;
  if (step.pivot) {
    pass_pivot(step);
  } else if (sagas::may_be_too_late(step.undo)) {
    on_done({});
  } else {
    return false;
  }
  return true;
}

bool RunTransition::on_undone(const StepAnswer& answer) {
  // The participant may know better than the clock why its step took too long.
  const bool was_late = run_.reason != Reason::none && run_.reason == current().overdue_reason;
  if (was_late && answer.reason != Reason::none) run_.reason = answer.reason;
  undo_before(index());
  return true;
}

// What a change is about to alter is undone only after it, like a cancellation.
bool RunTransition::on_refusal(Reason reason) {
  if (is_held() && current().waits_for_change) {
    return std::exchange(saga_.cancelled_for, reason) != reason;
  }
  run_.reason = reason;
  undo_before(index());
  return true;
}

bool RunTransition::on(const CancelSaga& cancel) {
  if (run_.phase == Phase::undoing || run_.phase == Phase::cancelled) return false;
  if (run_.pivoted || run_.phase == Phase::completed) {
    decision_.sends(CancellationRefused{.reason = cancel.reason});
    return false;
  }
  if (is_held()) {
    if (saga_.cancelled_for != Reason::none) return false;
    saga_.cancelled_for = cancel.reason;
    return true;
  }
  run_.reason = cancel.reason;
  undo(index());
  return true;
}

bool RunTransition::resume() {
  if (!run_.is_live()) return false;
  if (const auto reason = std::exchange(saga_.cancelled_for, Reason::none);
      reason != Reason::none) {
    on(CancelSaga{.reason = reason});
  } else if (is_parked()) {
    enter(index());
  } else if (run_.phase == Phase::doing && current().when_overdue == WhenOverdue::give_up) {
    await(current());  // the customer has all the time again
  }
  return true;
}

oms::Result<void> RunTransition::retry() {
  if (!run_.is_live()) return fail(ErrorKind::conflict, "it is over: there is no step to retry");
  if (is_parked()) return fail(ErrorKind::conflict, "it waits for a change of the order");
  const Step& step = current();
  ++run_.attempt;
  ask(run_.phase == Phase::doing ? step.act : step.undo);
  await(step);
  return {};
}

oms::Result<void> RunTransition::skip() {
  if (!run_.is_live()) return fail(ErrorKind::conflict, "it is over: there is no step to skip");
  if (is_parked()) return fail(ErrorKind::conflict, "it waits for a change of the order");
  const bool is_doing = run_.phase == Phase::doing;
  if (is_doing) OMS_CHECK(check_doubt(current()));
  follow({.ref = {.step = run_.step, .attempt = run_.attempt, .run = number_},
          .result = is_doing ? Result::done : Result::undone},
         true);
  return {};
}

// What only the participant's own answer can tell is not to be skipped.
oms::Result<void> RunTransition::check_doubt(const Step& step) {
  if (step.when_overdue == WhenOverdue::give_up) {
    return fail(ErrorKind::conflict,
                "it is the customer's turn to pay, and that is told by itself: wait, or abort it");
  }
  if (sagas::tells_lines(step.act)) {
    return fail(ErrorKind::conflict,
                "how much of each line came of it is told by stock alone: retry it");
  }
  return {};
}

oms::Result<void> RunTransition::abort() {
  if (run_.phase == Phase::undoing) return {};
  if (!run_.is_live()) return fail(ErrorKind::conflict, "it is over: there is nothing to abort");
  if (is_held()) {
    return fail(ErrorKind::conflict,
                "a change of the order is under way: try again when it is over");
  }
  if (!is_life() && (run_.pivoted || current().pivot)) {
    return fail(ErrorKind::conflict, "this change can no longer be undone: retry its step");
  }
  run_.reason = Reason::operator_request;
  run_.aborted = true;
  const bool is_cooked = run_.pivoted && current().undo == Command::cancel_ticket;
  is_cooked ? undo_here() : undo(index());
  return {};
}

bool RunTransition::on_wake_up() {
  if (!run_.is_live() || !run_.due || *run_.due > now_) return false;
  const Step& step = current();
  if (run_.phase == Phase::doing && step.when_overdue == WhenOverdue::give_up) {
    if (is_held()) {
      await(step);
      return true;
    }
    run_.reason = step.overdue_reason;
    undo(index());
  } else {
    ++run_.attempt;
    ask(run_.phase == Phase::doing ? step.act : step.undo);
    await(step);
  }
  return true;
}

void RunTransition::go_on(const Step& step) {
  run_.phase = Phase::doing;
  run_.reason = Reason::none;
  run_.aborted = false;
  run_.attempt = 1;
  if (is_life()) decision_.sends(CancellationRefused{});
  await(step);
}

bool RunTransition::on_start(const Step& step) {
  if (step.pivot && !run_.pivoted) {
    pass_pivot(step);
    return true;
  }
  show(step.shows_started);
  return false;  // nothing of the run changes, so nothing is saved
}

void RunTransition::pass_pivot(const Step& step) {
  run_.pivoted = true;
  show(step.shows_started);
}

void RunTransition::enter(std::size_t step) {
  for (; step < table_.steps.size(); ++step) {
    const Step& entered = table_.steps[step];
    run_.step = entered.name;
    if (entered.waits_for_change && is_held()) {
      run_.attempt = 0;
      run_.due.reset();
      return;
    }
    if (entered.act != Command::none && !is_needless(entered.act)) {
      run_.attempt = 1;
      await(entered);
      ask(entered.act);
      return;
    }
    show(entered.shows_started);
    show(entered.shows_done);
  }
  end(Phase::completed);
}

// An order that is cancelled once this change is over: no cook may begin it before.
bool RunTransition::is_needless(Command command) const {
  const bool lets_cook = command == Command::change_ticket || command == Command::release_ticket;
  return lets_cook && saga_.cancelled_for != Reason::none;
}

// Undoes from this step backwards; the step itself may have happened or not.
void RunTransition::undo(std::size_t step) {
  run_.phase = Phase::undoing;
  const Step& undone = table_.steps[step];
  // Behind the pivot a meal is cooked: there is no ticket left to cancel.
  const bool is_behind = run_.pivoted && undone.pivot;
  if (undone.undo == Command::none || is_behind || is_needless(undone.undo)) {
    undo_before(step);
    return;
  }
  run_.step = undone.name;
  undo_here();
}

void RunTransition::undo_before(std::size_t step) {
  run_.phase = Phase::undoing;
  if (step > 0) {
    undo(step - 1);
    return;
  }
  const auto reason = run_.reason;
  end(Phase::cancelled);
  if (is_life()) {
    decision_.sends(ShowProgress{.status = OrderStatus::cancelled, .reason = reason});
  } else {
    decision_.sends(ChangeFailed{.number = number_, .reason = reason});
  }
}

// Of a change that is over nothing is kept: the order tells what became of it.
void RunTransition::end(Phase phase) {
  if (!is_life()) {
    saga_.change.reset();
    return;
  }
  run_.phase = phase;
  run_.due.reset();
  saga_.lines.clear();
  saga_.payment_token.clear();
  saga_.recipient = {};
}

// Backs off, up to half an hour: the participant is down, or cut off.
void RunTransition::await(const Step& step) {
  const auto within = run_.phase == Phase::undoing ? limits_.undo : limits_.*step.within;
  const auto doubled = within * (1 << std::min(run_.attempt - 1, doublings_max));
  run_.due = now_ + std::max(within, std::min<Duration>(doubled, backoff_max));
}

void RunTransition::ask(Command command) {
  // From then on the order has these lines, unless it was over before.
  if (command == Command::apply_change && saga_.main.is_live() && !saga_.change->lines.empty()) {
    saga_.lines = saga_.change->lines;
    saga_.total = saga_.change->total;
  }
  const StepRef ref{.step = run_.step, .attempt = run_.attempt, .run = number_};
  decision_.send.push_back(command_for(command, saga_, run_, ref, limits_, now_));
  note_asked();
}

}  // namespace oms::coordinator
