#include "tools/simulate/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "tools/simulate/basket.h"
#include "tools/simulate/chance.h"
#include "tools/simulate/scenario_changes.h"
#include "tools/simulate/scenario_incidents.h"

namespace oms::simulate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array products{"1", "2", "margherita", "ramen", "soup"};

FaultSet draw_faults(Chance chance) {
  FaultSet faults;
  for (std::size_t i = 0; i < fault_count; ++i) {
    if (chance.one_in(2)) faults.add(static_cast<Fault>(i));
  }
  return faults;
}

process::Settings draw_settings(Chance chance) {
  process::Settings settings;
  settings.kitchen.by_hand = chance.one_in(4);
  settings.delivery.by_hand = chance.one_in(4);
  settings.kitchen.cooks = static_cast<std::int32_t>(chance.between(1, 6));
  settings.kitchen.queue_max = chance.pick(std::array<std::size_t, 3>{3, 20, 200});
  if (chance.one_in(4)) settings.kitchen.preparation = Duration{0};
  settings.delivery.travel =
      chance.pick(std::array{Duration{0}, Duration{3'000}, Duration{60'000}});
  settings.stock.held_units_max = chance.pick(std::array<std::int64_t, 3>{0, 12, 10'000});
  settings.limits.payment_window = chance.pick(std::array{minutes{2}, minutes{10}, minutes{30}});
  settings.batch_max = chance.pick(std::array<std::size_t, 3>{4, 32, 256});
  settings.delivery.pickup =
      chance.pick(std::array{Duration{0}, Duration{10'000}, Duration{60'000}});
  return settings;
}

// The faults that belong to one order's messages: it meets a fault of the seed once in three times.
FaultSet draw_order_faults(const FaultSet& seed, Chance& chance) {
  FaultSet faults;
  for (const auto fault :
       {Fault::request_lost, Fault::answer_lost, Fault::request_late, Fault::webhook_early,
        Fault::webhook_late, Fault::webhook_twice, Fault::webhook_lost, Fault::webhook_forged,
        Fault::late_payment, Fault::request_repeated, Fault::request_altered,
        Fault::cancel_races_payment, Fault::expiry_races_payment, Fault::ticket_rejected,
        Fault::delivery_failed}) {
    if (seed.has(fault) && chance.one_in(3)) faults.add(fault);
  }
  return faults;
}

// The same, of the answers to what the provider is asked.
void draw_answer_faults(FaultSet& faults, const FaultSet& seed, Chance chance) {
  if (seed.has(Fault::answer_late) && chance.one_in(3)) faults.add(Fault::answer_late);
}

// The same, of what the other rules of the world are for.
void draw_other_faults(FaultSet& faults, const FaultSet& seed, Chance chance) {
  for (const auto fault : {Fault::request_clashes, Fault::wrong_currency, Fault::less_money,
                           Fault::cook_slow, Fault::courier_slow, Fault::timer_throws}) {
    if (seed.has(fault) && chance.one_in(4)) faults.add(fault);
  }
}

// The same, of what is done with the money that is there.
void draw_money_faults(FaultSet& faults, const FaultSet& seed, Chance chance) {
  for (const auto fault : {Fault::refunded_elsewhere, Fault::disputed}) {
    if (seed.has(fault) && chance.one_in(4)) faults.add(fault);
  }
  if (seed.has(Fault::refund_refused) && chance.one_in(3)) faults.add(Fault::refund_refused);
}

// The same, of the messages between services.
void draw_message_faults(FaultSet& faults, const FaultSet& seed, Chance chance) {
  for (const auto fault :
       {Fault::message_late, Fault::message_twice, Fault::message_unknown, Fault::confirm_lost}) {
    if (seed.has(fault) && chance.one_in(3)) faults.add(fault);
  }
}

void draw_behavior(OrderPlan& plan, const Scenario& scenario, Chance& chance) {
  const auto roll = chance.below(10);
  plan.paying = roll < 7 ? Paying::pays : roll < 8 ? Paying::is_declined : Paying::leaves;
  plan.think = chance.between(milliseconds{20}, seconds{40});
  if (plan.faults.has(Fault::expiry_races_payment)) {
    plan.think = scenario.settings.limits.payment_window + chance.between(-seconds{2}, seconds{1});
  }
  if (chance.one_in(6)) {
    plan.cancelling = chance.one_in(2) ? Cancelling::at_leisure : Cancelling::after_paying;
    plan.cancel_after =
        chance.between(Duration{0}, chance.pick(std::array{Duration{200}, Duration{minutes{1}}}));
  }
  if (plan.faults.has(Fault::cancel_races_payment)) {
    plan.cancelling = Cancelling::while_paying;
    plan.cancel_after = chance.between(milliseconds{0}, milliseconds{60});
  }
}

// One customer in three leaves both.
void draw_addresses(OrderPlan& plan, Chance chance) {
  const auto which = chance.below(3);
  plan.has_email = which != 0;
  plan.has_phone = which != 1;
}

// Most are meals that are brought.
void draw_life(OrderPlan& plan, Chance chance) {
  const auto roll = chance.below(10);
  if (roll < 1) plan.saga = "pickup";
  if (roll == 2) {
    plan.saga = "supply";
    plan.cancelling = Cancelling::never;  // its lines are cancelled
  }
  if (roll != 4 && roll != 5) return;
  plan.saga = roll == 4 ? "checkout" : "prepaid";
  plan.method = roll == 4 && chance.one_in(2) ? PaymentMethod::account : PaymentMethod::card;
  // There is no page to pay at, and all is over soon.
  if (plan.cancelling == Cancelling::never) return;
  plan.cancelling = Cancelling::at_leisure;
  if (chance.one_in(2)) plan.cancel_after = chance.between(milliseconds{0}, milliseconds{80});
}

// Some of them hold less than one order comes to, and some customers open theirs too late.
void draw_openings(Scenario& scenario, Duration span, Chance chance) {
  for (auto left = chance.between(1, 12); left > 0; --left) {
    scenario.openings.push_back(
        {.at = chance.one_in(3) ? chance.between(Duration{0}, span) : Duration{0},
         .balance = chance.between(0, chance.one_in(2) ? 5'000 : 100'000)});
  }
}

OrderPlan draw_order(std::uint64_t number, const FaultSet& faults, const Scenario& scenario,
                     Duration span, Chance chance) {
  OrderPlan plan{.number = number, .at = chance.between(Duration{0}, span)};
  plan.customer = static_cast<int>(chance.below(12));
  const auto lines = 1 + chance.below(3);
  for (std::uint64_t i = 0; i < lines; ++i) {
    plan.lines.push_back({.product_id = chance.pick(products), .quantity = chance.between(1, 3)});
  }
  if (chance.one_in(2)) draw_addresses(plan, chance.fork(3));
  plan.faults = draw_order_faults(faults, chance);
  if (scenario.wiring == Wiring::apart) draw_message_faults(plan.faults, faults, chance.fork(1));
  draw_answer_faults(plan.faults, faults, chance.fork(2));
  draw_other_faults(plan.faults, faults, chance.fork(4));
  draw_money_faults(plan.faults, faults, chance.fork(5));
  plan.has_key = chance.one_in(3) || plan.faults.has(Fault::request_repeated) ||
                 plan.faults.has(Fault::request_altered) || plan.faults.has(Fault::request_clashes);
  draw_behavior(plan, scenario, chance);
  draw_life(plan, chance.fork(6));
  return plan;
}

void draw_operator(Scenario& scenario, const FaultSet& faults, Duration span, Chance chance) {
  for (auto left = chance.between(2, 10); left > 0; --left) {
    Restock restock{.at = chance.between(Duration{0}, span),
                    .product_id = chance.pick(products),
                    .quantity = chance.between(1, 30),
                    .has_key = chance.one_in(2)};
    if (faults.has(Fault::restock_races_reservation) && !scenario.orders.empty()) {
      const auto& order = scenario.orders[chance.below(scenario.orders.size())];
      restock.at = order.at;
      restock.product_id = order.lines[0].product_id;
    }
    scenario.restocks.push_back(restock);
  }
  if (!faults.has(Fault::price_change)) return;
  for (auto left = chance.between(10, 30); left > 0; --left) {
    scenario.price_changes.push_back({.at = some_time(scenario, span, chance),
                                      .product_id = chance.pick(products),
                                      .price = chance.between(0, 3'000)});
  }
}

// A key is promised for the retention: some requests come again shortly before its end. A restore
// loses keys, and a clock that jumps forward ends them early.
void draw_housekeeping(Scenario& scenario, Chance chance) {
  if (!chance.one_in(4)) return;
  scenario.keeps_house = true;
  scenario.settings.retention_hours = chance.pick(std::array<std::int64_t, 3>{1, 24, 30});
  // A clock that is an hour off would end the keys of what is asked right now.
  if (has_incident(scenario, Fault::clock_jump) && scenario.settings.retention_hours < 24) {
    scenario.settings.retention_hours = 24;
  }
  scenario.settings.refund_window_hours = 2 * scenario.settings.retention_hours;
  scenario.settings.archive_days = chance.between(0, 2);
  const bool loses_keys =
      has_incident(scenario, Fault::restored) || has_incident(scenario, Fault::clock_jump);
  if (loses_keys) return;
  const Duration retention = hours{scenario.settings.retention_hours};
  for (auto& plan : scenario.orders) {
    const bool comes_again = chance.one_in(4);
    if (plan.has_key && comes_again) plan.repeats_after = retention - minutes{15};
  }
}

}  // namespace

Face OrderPlan::face() const {
  if (is_supply()) return Face::fulfilment;
  if (saga == "prepaid") return Face::event_chain;
  return method == PaymentMethod::account ? Face::coordinator : Face::customers;
}

std::string OrderPlan::email() const {
  return has_email ? fmt::format("c{}@example.org", number) : std::string{};
}

std::string OrderPlan::phone_number() const {
  return has_phone ? fmt::format("+49 30 {:06}", number) : std::string{};
}

Scenario draw_scenario(std::uint64_t seed, int orders, std::optional<Wiring> wiring) {
  const Chance chance{Chance::mixed(seed + 1)};
  auto homes = chance.fork(7);
  const auto drawn = homes.one_in(2) ? Wiring::apart : Wiring::together;
  Scenario scenario{.seed = seed,
                    .wiring = wiring.value_or(drawn),
                    .replicas = static_cast<int>(homes.between(1, 3)),
                    .unconfirmed_max = homes.pick(std::array<std::size_t, 3>{10, 100, 100'000}),
                    .settings = draw_settings(chance.fork(1))};
  scenario.is_saga_alone = homes.one_in(2);
  const auto faults = draw_faults(chance.fork(2));
  // Slow people take minutes, so that the run need not take days.
  if (faults.has(Fault::cook_slow)) scenario.settings.limits.kitchen = minutes{20};
  if (faults.has(Fault::courier_slow)) {
    scenario.settings.limits.delivery = scenario.settings.limits.collection = minutes{30};
  }
  // Who asks often has a question under way when something happens.
  if (faults.has(Fault::answer_late)) scenario.settings.payment.reconcile_every = seconds{10};
  auto stocked = chance.fork(3);
  for (const auto* product : products) {
    scenario.shelves.push_back({.product_id = product,
                                .price = stocked.between(100, 2'000),
                                .on_hand = stocked.between(0, 4 * orders),
                                .preparation_ms = stocked.between(1, 5'000)});
  }
  auto pace = chance.fork(4);
  const auto span = pace.between(seconds{1}, minutes{20});
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(orders); ++i) {
    scenario.orders.push_back(draw_order(i + 1, faults, scenario, span, chance.fork(100 + i)));
  }
  draw_incidents(scenario, faults, span, chance);
  draw_refunds(scenario, span, chance.fork(11));
  draw_revisions(scenario, span, chance.fork(17));
  draw_changes_of_meals(scenario, chance.fork(19));
  draw_openings(scenario, span, chance.fork(18));
  draw_interventions(scenario, faults, span, chance.fork(20));
  draw_incidents_at_changes(scenario, faults, span, chance);
  draw_incidents_of_wiring(scenario, faults, span, chance);
  if (scenario.wiring == Wiring::together) draw_housekeeping(scenario, chance.fork(10));
  draw_refunds_before_cancellation(scenario, chance.fork(16));
  draw_operator(scenario, faults, span, chance.fork(6));
  scenario.heals_after = span + minutes{2};
  for (const auto& incident : scenario.incidents) {
    scenario.heals_after = std::max(scenario.heals_after, incident.at + incident.lasts);
  }
  draw_odd_baskets(scenario, chance.fork(9));
  draw_late_guest(scenario);
  return scenario;
}

}  // namespace oms::simulate
