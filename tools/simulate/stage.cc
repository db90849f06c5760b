#include "tools/simulate/stage.h"

#include <algorithm>

namespace oms::simulate {
namespace {

// Where a saga stands, as a number that rises from the first step to the last and, when it is
// undone, goes on from the last to the first.
std::optional<Place> place_of(const coordinator::Run& run) {
  for (std::size_t i = 0; i < sagas::all.size(); ++i) {
    const auto& table = *sagas::all.at(i);
    if (table.name != run.saga || table.version != run.version) continue;
    const auto step = std::ranges::find(table.steps, run.step, &sagas::Step::name);
    if (step == table.steps.end()) return std::nullopt;
    const bool is_undoing =
        run.phase == coordinator::Phase::undoing || run.phase == coordinator::Phase::cancelled;
    return Place{.saga = i,
                 .step = static_cast<std::size_t>(step - table.steps.begin()),
                 .is_undoing = is_undoing && step->undo != sagas::Command::none};
  }
  return std::nullopt;
}

}  // namespace

Stage::Stage(const Scenario& played, bool is_told)
    : scenario(played),
      beginning(agenda.now()),
      journal(is_told),
      oracle(played, agenda),
      chance(Chance{played.seed}.fork(7)) {
  for (const auto& plan : scenario.orders) {
    plans_.emplace(plan.number, &plan);
    chances_.emplace(plan.number, Chance{scenario.seed}.fork(1'000 + plan.number));
  }
}

const OrderPlan* Stage::plan_of(const Id& order_id) const {
  const auto* life = oracle.life(order_id);
  if (life == nullptr) return nullptr;
  const auto plan = plans_.find(life->number);
  return plan == plans_.end() ? nullptr : plan->second;
}

Chance& Stage::chance_of(const Id& order_id) {
  const auto* plan = plan_of(order_id);
  return plan != nullptr ? chances_.at(plan->number) : chance;
}

bool Stage::meets(Fault fault, const Id& order_id) {
  const auto* plan = plan_of(order_id);
  if (plan == nullptr || !plan->faults.has(fault) || is_healed()) return false;
  if (!chance_of(order_id).one_in(2)) return false;
  mark(fault, order_id);
  return true;
}

bool Stage::throws_when_woken(const Id& order_id) {
  const auto* plan = plan_of(order_id);
  if (plan == nullptr || !plan->faults.has(Fault::timer_throws) || is_healed()) return false;
  const auto fixed = mended_at_.try_emplace(order_id, now() + std::chrono::minutes{10}).first;
  if (now() >= fixed->second) return false;
  mark(Fault::timer_throws, order_id);
  return true;
}

void Stage::mark(Fault fault, const Id& order_id) {
  const auto* life = oracle.life(order_id);
  if (life == nullptr || !life->saga) return;
  if (const auto place = place_of(life->saga->main)) marks.add(fault, *place);
  if (!life->saga->change) return;
  if (const auto place = place_of(life->saga->change->run)) marks.add(fault, *place);
}

void Stage::mark_all(Fault fault) {
  for (const auto& [id, life] : oracle.model().lives) {
    if (life.saga && life.saga->is_live()) mark(fault, id);
  }
}

void Stage::mark(Fault fault, std::span<const Change> changes) {
  for (const auto& change : changes) {
    const auto* saga = change.record ? change.record.as<coordinator::Saga>() : nullptr;
    if (saga == nullptr) continue;
    const auto* life = oracle.life(saga->id);
    const auto* before = life != nullptr ? life->saga.get() : nullptr;
    mark(fault, before, *saga);
    mark_change(fault, before, *saga);
  }
}

// One commit may take a change through several steps, up to its end.
void Stage::mark_change(Fault fault, const coordinator::Saga* from, const coordinator::Saga& to) {
  const auto* old = from != nullptr && from->change ? &from->change->run : nullptr;
  const auto* run = to.change ? &to.change->run : old;
  const auto place = run != nullptr ? place_of(*run) : std::nullopt;
  if (!place) return;
  if (place->is_undoing) return marks.add(fault, *place);
  const auto first = old != nullptr ? place_of(*old).value_or(*place).step : 0;
  const auto steps = sagas::all.at(place->saga)->steps.size();
  const auto last = to.change ? place->step : steps - 1;
  for (auto step = first; step <= last; ++step) {
    marks.add(fault, {.saga = place->saga, .step = step});
  }
}

// All steps between the two, because one commit may take an order through several.
void Stage::mark(Fault fault, const coordinator::Saga* from, const coordinator::Saga& to) {
  const auto last = place_of(to.main);
  if (!last) return;
  auto first = from != nullptr ? place_of(from->main) : Place{.saga = last->saga};
  if (!first) return;
  if (last->is_undoing && !first->is_undoing) {
    marks.add(fault, *first);
    *first = {.saga = last->saga, .step = first->step, .is_undoing = true};
  }
  const auto low = std::min(first->step, last->step);
  const auto high = std::max(first->step, last->step);
  const auto& steps = sagas::all.at(last->saga)->steps;
  for (auto step = low; step <= high; ++step) {
    if (last->is_undoing && steps[step].undo == sagas::Command::none) continue;
    marks.add(fault, {.saga = last->saga, .step = step, .is_undoing = last->is_undoing});
  }
}

}  // namespace oms::simulate
