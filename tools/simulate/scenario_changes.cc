#include "tools/simulate/scenario_changes.h"

#include <array>

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
