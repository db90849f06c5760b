#pragma once

#include "base/result.h"
#include "sagas/saga.h"
#include "services/coordinator/records.h"
#include "services/service.h"

namespace oms::coordinator {

// What happens to one run of a saga: the record changes in place, and the decision collects what is
// to be said. Each returns whether the record has changed.
class RunTransition {
 public:
  // `number`: 0 for the life, else the change that is under way.
  RunTransition(Saga& saga, std::int32_t number, const sagas::Saga& table,
                const sagas::Limits& limits, Now now, Decision& decision);

  bool begin();
  bool on(const StepAnswer& answer);
  bool on(const CancelSaga& cancel);
  bool on_wake_up();

  // Whether its step asks for this, and the pivot is ahead.
  bool has_asked(sagas::Command command) const {
    return run_.phase == Phase::doing && !is_parked() && !run_.pivoted && current().act == command;
  }

  // The change that was under way is over.
  bool resume();

  // By the operator. Errors: conflict.
  Result<void> retry();
  Result<void> skip();
  Result<void> abort();

 private:
  bool is_life() const { return number_ == 0; }
  bool is_held() const;
  // The step that it has come to waits for a change, and nothing was asked yet.
  bool is_parked() const { return run_.is_live() && run_.attempt == 0; }
  std::size_t index() const;
  const sagas::Step& current() const { return table_.steps[index()]; }

  bool follow(const StepAnswer& answer, bool by_operator);
  bool undo_begun(const sagas::Step& step);
  void undo_here();
  bool is_needless(sagas::Command command) const;
  static Result<void> check_doubt(const sagas::Step& step);
  bool is_too_late_to_undo(StepAnswer::Result answer) const;
  void on_done(const std::vector<ProductQuantity>& lines);
  bool on_too_late(const sagas::Step& step);
  bool on_undone(const StepAnswer& answer);
  bool on_refusal(Reason reason);
  bool on_start(const sagas::Step& step);
  void go_on(const sagas::Step& step);
  void pass_pivot(const sagas::Step& step);
  void enter(std::size_t step);
  void undo(std::size_t step);
  void undo_before(std::size_t step);
  void end(Phase phase);
  void await(const sagas::Step& step);
  void ask(sagas::Command command);
  void show(const std::optional<OrderStatus>& status);
  void note(const std::vector<ProductQuantity>& lines, sagas::Command act);
  TimelineStep* last_noted();
  void note_asked();
  void note_answer(StepAnswer::Result result, Reason reason, bool by_operator = false);
  std::vector<LineStatus> lines_apart() const;

  Saga& saga_;
  Run& run_;
  std::int32_t number_;
  const sagas::Saga& table_;
  const sagas::Limits& limits_;
  Now now_;
  Decision& decision_;
};

}  // namespace oms::coordinator
