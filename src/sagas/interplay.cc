#include "sagas/interplay.h"

#include <algorithm>

#include "sagas/all.h"

namespace oms::sagas {
namespace {

bool asks_provider(Command act) {
  using enum Command;
  return act == collect_payment || act == authorize_payment || act == capture_payment ||
         act == charge_payment;
}

// Services answer at once: only for these a life waits.
bool asks_people(Command act) {
  using enum Command;
  return act == prepare_order || act == deliver_order || act == hand_over;
}

// The step that takes the money; one past the last: none does.
std::size_t money_step(const Saga& life) {
  const auto found = std::ranges::find_if(life.steps, [](const Step& step) {
    return asks_provider(step.act) && step.act != Command::authorize_payment;
  });
  return static_cast<std::size_t>(found - life.steps.begin());
}

bool takes_money(const Saga& life) {
  return money_step(life) < life.steps.size();
}

bool is_paid(const State& state) {
  return !state.is_cancelled && takes_money(*state.life) && state.step > money_step(*state.life);
}

bool is_paid_unheard(const State& state) {
  return state.stage == Stage::unheard && state.step == money_step(*state.life) &&
         state.at().act != Command::collect_payment;
}

bool is_behind_pivot(const State& state) {
  for (std::size_t i = 0; i < state.step; ++i) {
    if (state.life->steps[i].pivot) return true;
  }
  return !state.is_over() && state.at().pivot && state.stage != Stage::asked;
}

bool is_at(const State& state, Command act, Stage stage) {
  return !state.is_over() && state.at().act == act && state.stage == stage;
}

const Saga* revision_at(const State& state) {
  const bool is_supply = !takes_money(*state.life);
  if (is_supply && state.is_over()) return &resupply;
  if (is_at(state, Command::collect_payment, Stage::begun)) return &revise_unpaid;
  if (is_at(state, Command::prepare_order, Stage::asked)) return &revise_paid;
  return nullptr;
}

Outcome on_cancel(const State& state) {
  if (state.is_cancelled) return Outcome::goes_on;
  if (is_paid_unheard(state) && state.at().pivot) return Outcome::goes_on;  // it turns out too late
  if (is_behind_pivot(state)) return Outcome::refused;
  return is_paid(state) || is_paid_unheard(state) ? Outcome::refunded : Outcome::cancelled;
}

Outcome on_payment(const State& state) {
  if (state.is_cancelled) return Outcome::sent_back;
  return state.change == &revise_unpaid ? Outcome::change_fails : Outcome::goes_on;
}

// The provider holds a link open, or the money of a card, and has not taken any.
bool may_run_out(const State& state) {
  return is_at(state, Command::collect_payment, Stage::unheard) ||
         is_at(state, Command::collect_payment, Stage::begun) ||
         is_at(state, Command::authorize_payment, Stage::unheard) ||
         is_at(state, Command::capture_payment, Stage::asked);
}

// What a change closes runs out as it was to.
Outcome on_expiry(const State& state) {
  return may_run_out(state) && state.change == nullptr ? Outcome::cancelled : Outcome::goes_on;
}

bool has_come_to(const State& state, Command act) {
  const auto& steps = state.life->steps;
  const auto found = std::ranges::find(steps, act, &Step::act);
  return !state.is_cancelled && found != steps.end() &&
         state.step >= static_cast<std::size_t>(found - steps.begin());
}

// A cook refuses what they have not begun.
Outcome on_kitchen(const State& state) {
  if (!has_come_to(state, Command::prepare_order)) return Outcome::unknown;
  return is_at(state, Command::prepare_order, Stage::asked) ? Outcome::refunded : Outcome::refused;
}

// A delivery fails on its way, and is tried once more. What is collected does not fail.
Outcome on_delivery(const State& state) {
  const bool is_there =
      has_come_to(state, Command::deliver_order) || has_come_to(state, Command::hand_over);
  if (!is_there) return Outcome::unknown;
  return is_at(state, Command::deliver_order, Stage::begun) ? Outcome::goes_on : Outcome::refused;
}

}  // namespace

std::vector<State> states_of(const Saga& life) {
  std::vector<State> states;
  const auto add = [&](const State& state) {
    states.push_back(state);
    const auto* const revision = revision_at(state);
    for (const auto* const change : {revision, is_paid(state) ? &refund : nullptr}) {
      if (change == nullptr || change == &resupply) continue;  // which is over at once
      states.push_back(state);
      states.back().change = change;
    }
  };
  for (std::size_t i = 0; i < life.steps.size(); ++i) {
    const Step& step = life.steps[i];
    if (!asks_provider(step.act) && !asks_people(step.act)) continue;
    add({.life = &life, .step = i});
    if (asks_provider(step.act)) add({.life = &life, .step = i, .stage = Stage::unheard});
    if (step.shows_started) add({.life = &life, .step = i, .stage = Stage::begun});
  }
  add({.life = &life, .step = life.steps.size()});
  add({.life = &life, .is_cancelled = true});
  return states;
}

std::string name_of(const State& state) {
  constexpr std::array<std::string_view, 3> stages{" asked", " done, unheard", " begun"};
  std::string name;
  if (state.is_over()) {
    name = state.is_cancelled ? "cancelled" : "completed";
  } else {
    name = state.at().name;
    name += stages.at(static_cast<std::size_t>(state.stage));
  }
  if (state.change != nullptr) name.append(", during ").append(state.change->name);
  return name;
}

Outcome outcome_of(const State& state, Event event) {
  switch (event) {
    case Event::cancel:
      return on_cancel(state);
    case Event::pay:
      return takes_money(*state.life) ? on_payment(state) : Outcome::unknown;
    case Event::late_money:
      return takes_money(*state.life) ? on_payment(state) : Outcome::goes_on;
    case Event::expire:
      return takes_money(*state.life) ? on_expiry(state) : Outcome::unknown;
    case Event::decline:
      return takes_money(*state.life) ? Outcome::goes_on : Outcome::unknown;
    case Event::revise:
      return state.change == nullptr && revision_at(state) != nullptr ? Outcome::halved
                                                                      : Outcome::refused;
    case Event::partial_refund:
      return state.change == nullptr && is_paid(state) ? Outcome::half_refunded : Outcome::refused;
    case Event::delivery_fails:
      return on_delivery(state);
    case Event::kitchen_refuses:
      return on_kitchen(state);
  }
  return Outcome::goes_on;
}

}  // namespace oms::sagas
