#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sagas/saga.h"

// What may happen to an order from outside, in each state where its life waits, and what comes of
// it: derived from the tables. docs/sagas.md shows it; tests/journeys/interplay_test.cc plays it.
namespace oms::sagas {

enum class Event {
  cancel,           // asked for by the customer
  pay,              // told by the provider, perhaps once more
  expire,           // the same
  decline,          // the same
  late_money,       // the customer pays, and the webhook is lost
  revise,           // to half of it
  partial_refund,   // of half of it, by the operator
  delivery_fails,   // the rider says so
  kitchen_refuses,  // the cook says so
};

inline constexpr std::array<std::string_view, 9> event_names{
    "cancel", "pay",    "expire",         "decline",        "late money",
    "revise", "refund", "delivery fails", "kitchen refuses"};

// How far somebody outside has come with what a step asks of them.
enum class Stage {
  asked,    // nobody has done anything yet
  unheard,  // the provider has done it, and its answer is lost
  begun,    // they have said so: the step shows what it shows when started
};

// Where a life waits for somebody outside, or has ended.
struct State {
  const Saga* life = nullptr;
  std::size_t step = 0;  // one past the last: completed
  Stage stage = Stage::asked;
  const Saga* change = nullptr;  // under way meanwhile
  bool is_cancelled = false;

  bool is_completed() const { return !is_cancelled && step == life->steps.size(); }
  bool is_over() const { return is_cancelled || is_completed(); }
  // The last step that was asked of somebody; of a life that has not ended.
  const Step& at() const { return life->steps[step]; }
};

enum class Outcome {
  goes_on,
  refused,
  unknown,
  cancelled,
  refunded,
  sent_back,
  halved,
  half_refunded,
  change_fails,
};

struct OutcomeText {
  std::string_view name;
  std::string_view meaning;
};
inline constexpr std::array<OutcomeText, 9> outcome_texts{{
    {"–", "the order goes on as if nothing had happened"},
    {"409", "refused: too early, too late, or not for this kind of order; it goes on"},
    {"unknown", "there is no such ticket, delivery or payment: a 404, or a dead letter"},
    {"cancelled", "the order is cancelled; nothing was paid"},
    {"refunded", "the order is cancelled; all money goes back, and the goods return to the shelf"},
    {"sent back", "the order stays cancelled; the money goes back"},
    {"half", "half of the order is left, and half of the price"},
    {"half refunded", "half of the price goes back, and nothing else changes"},
    {"change fails", "the payment counts, and the order goes on with the lines that it had"},
}};

constexpr std::string_view name_of(Event event) {
  return event_names.at(static_cast<std::size_t>(event));
}
constexpr const OutcomeText& text_of(Outcome outcome) {
  return outcome_texts.at(static_cast<std::size_t>(outcome));
}

// In the order in which a life comes to them.
std::vector<State> states_of(const Saga& life);

// "prepare asked, during revise_paid"
std::string name_of(const State& state);

Outcome outcome_of(const State& state, Event event);

}  // namespace oms::sagas
