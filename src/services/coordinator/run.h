#pragma once

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

 private:
  bool is_life() const { return number_ == 0; }
  std::size_t index() const;
  const sagas::Step& current() const { return table_.steps[index()]; }

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
