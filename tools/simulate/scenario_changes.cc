#include "tools/simulate/scenario_changes.h"

#include <array>
#include <utility>

namespace oms::simulate {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Some orders are refunded, a few times each: as soon as they are paid, while they are prepared, or
// long after; and now and then two of them at the same moment.
void draw_refunds(Scenario& scenario, Duration span, Chance chance) {
  if (!chance.one_in(2)) return;
  for (const auto& plan : scenario.orders) {
    if (!chance.one_in(3)) continue;
    auto at = plan.at + plan.think;
    for (auto left = chance.between(1, 4); left > 0; --left) {
      const auto until = chance.pick(std::array{Duration{200}, Duration{seconds{5}},
                                                Duration{minutes{2}}, span, Duration{hours{2}}});
      if (!chance.one_in(6)) at = at + chance.between(Duration{0}, until);
      scenario.refunds.push_back({.at = at,
                                  .order = plan.number,
                                  .refunding = static_cast<Refunding>(chance.below(4)),
                                  .choice = chance.below(1'000'000'007),
                                  .has_key = chance.one_in(2)});
    }
  }
}

// Most supplies are changed, some of them again and again, now and then twice at the same moment.
void draw_revisions(Scenario& scenario, Duration span, Chance chance) {
  for (const auto& plan : scenario.orders) {
    if (!plan.is_supply() || chance.one_in(4)) continue;
    auto at = plan.at;
    for (auto left = chance.between(1, 6); left > 0; --left) {
      const auto until =
          chance.pick(std::array{Duration{50}, Duration{seconds{5}}, Duration{minutes{2}}, span});
      if (!chance.one_in(6)) at = at + chance.between(Duration{0}, until);
      scenario.revisions.push_back({.at = at,
                                    .order = plan.number,
                                    .choice = chance.below(1'000'000'007),
                                    .has_key = chance.one_in(2)});
    }
  }
}

// Meals are changed while their customer looks at the payment page, just when it is paid, and until
// the kitchen begins; now and then two changes meet, and some come too late.
void draw_changes_of_meals(Scenario& scenario, Chance chance) {
  if (!chance.one_in(2)) return;
  for (const auto& plan : scenario.orders) {
    const bool is_meal = plan.saga == "food" || plan.saga == "pickup";
    if (!is_meal || !chance.one_in(2)) continue;
    auto at = plan.at + (chance.one_in(2) ? plan.think : Duration{0});
    for (auto left = chance.between(1, 4); left > 0; --left) {
      const auto until = chance.pick(
          std::array{Duration{200}, Duration{seconds{2}}, plan.think / 2, Duration{seconds{20}}});
      if (!chance.one_in(6)) at = at + chance.between(Duration{0}, until);
      scenario.revisions.push_back({.at = at,
                                    .order = plan.number,
                                    .choice = chance.below(1'000'000'007),
                                    .has_key = chance.one_in(2)});
    }
  }
}

// At any step, most of them where something is waited for.
void draw_interventions(Scenario& scenario, const FaultSet& faults, Duration span, Chance chance) {
  using enum HandleSaga::Action;
  constexpr std::array verbs{std::pair{Fault::saga_helped, retry},
                             std::pair{Fault::saga_helped, skip},
                             std::pair{Fault::saga_aborted, abort}};
  for (const auto& [fault, action] : verbs) {
    if (!faults.has(fault)) continue;
    for (const auto& plan : scenario.orders) {
      if (!chance.one_in(16)) continue;
      const auto until = chance.pick(std::array<Duration, 4>{
          Duration{200}, plan.think + Duration{200}, plan.think + minutes{1}, span});
      scenario.interventions.push_back({.at = plan.at + chance.between(Duration{0}, until),
                                        .order = plan.number,
                                        .action = action});
    }
  }
}

// Goods that come back shortly before the order is undone, and all goods with it.
void draw_refunds_before_cancellation(Scenario& scenario, Chance chance) {
  if (scenario.refunds.empty()) return;
  for (const auto& plan : scenario.orders) {
    if (plan.cancelling != Cancelling::after_paying || !chance.one_in(2)) continue;
    scenario.refunds.push_back(
        {.at = plan.at + plan.think + chance.between(plan.cancel_after / 2, plan.cancel_after),
         .order = plan.number,
         .refunding = Refunding::lines,
         .choice = chance.below(1'000'000'007)});
  }
}

}  // namespace oms::simulate
