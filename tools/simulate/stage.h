#pragma once

#include <unordered_map>

#include "runtime/inbound.h"
#include "tools/simulate/agenda.h"
#include "tools/simulate/chance.h"
#include "tools/simulate/hazards.h"
#include "tools/simulate/journal.h"
#include "tools/simulate/marks.h"
#include "tools/simulate/oracle/oracle.h"

namespace oms::simulate {

// What all parts of a simulated world share: the scenario, time, chance, and the oracle that takes
// notes.
struct Stage {
  Stage(const Scenario& scenario, bool is_told);

  const Scenario& scenario;
  Agenda agenda;
  Time beginning;
  Journal journal;
  Marks marks;
  Oracle oracle;
  Hazards hazards;
  Chance chance;  // for what belongs to no order

  Time now() const { return agenda.now(); }
  bool is_apart() const { return scenario.wiring == Wiring::apart; }
  bool is_healed() const { return now() >= beginning + scenario.heals_after; }

  // The plan behind an order; null for one that no plan has made.
  const OrderPlan* plan_of(const Id& order_id) const;

  // An order's own source of chance.
  Chance& chance_of(const Id& order_id);

  // Whether a message of this order meets the fault now: half of them do, until all heals.
  bool meets(Fault fault, const Id& order_id);

  // Whether a rule that is woken for this order fails: for ten minutes, and not once all has
  // healed.
  bool throws_when_woken(const Id& order_id);

  template <class Tell>
  void note(const Id& order_id, std::string_view what, Tell&& tell) {
    const auto* plan = plan_of(order_id);
    journal.note(now(), plan != nullptr ? plan->number : 0, what, tell);
  }
  void note(const Id& order_id, std::string_view what) {
    note(order_id, what, [&] { return std::string{what}; });
  }

  // The fault has met this order where it stands, or all orders that are on their way.
  void mark(Fault fault, const Id& order_id);
  void mark_all(Fault fault);
  // The fault has met the steps that these changes take their orders through.
  void mark(Fault fault, std::span<const Change> changes);

 private:
  void mark(Fault fault, const coordinator::Saga* from, const coordinator::Saga& to);
  void mark_change(Fault fault, const coordinator::Saga* from, const coordinator::Saga& to);

  std::unordered_map<std::uint64_t, const OrderPlan*> plans_;
  std::unordered_map<std::uint64_t, Chance> chances_;
  std::unordered_map<Id, Time> mended_at_;  // when the rule is fixed, by order
};

// Whether the answer leaves open what was done: 503, and 500 of a server that goes down.
inline bool is_no_answer(const Result<Record>& answer) {
  return !answer && (answer.error().kind == ErrorKind::unavailable ||
                     answer.error().kind == ErrorKind::internal);
}

// Where the outside reaches the system.
class Edge {
 public:
  virtual ~Edge() = default;
  virtual Id fresh_id() = 0;

  // `respond` hears at once that the system is unavailable, later what was decided, or nothing if
  // the process dies in between.
  virtual void submit(Message message, runtime::Lane lane, runtime::Respond respond) = 0;
};

}  // namespace oms::simulate
