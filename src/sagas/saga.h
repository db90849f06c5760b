#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "messages/common.h"

// The language in which the lifecycles beside this file are written, and the changes that an order
// may see beside its lifecycle. A saga is data: the coordinator reads it, nothing here runs.
namespace oms::sagas {

// What a step asks of a service, and what undoes it. A step that asks for `none` shows what it
// shows, and the next one begins.
enum class Command {
  none,
  reserve_stock,
  release_stock,
  collect_payment,
  undo_payment,
  commit_stock,
  return_stock,
  prepare_order,
  cancel_ticket,
  deliver_order,
  hand_over,
  withdraw_delivery,
  authorize_payment,
  capture_payment,
  undo_capture,
  charge_payment,
  take_stock,
  take_lines,
  change_lines,
  close_link,
  reopen_link,
  open_link,
  change_reservation,
  hold_ticket,
  release_ticket,
  change_ticket,
  refund_payment,
  return_lines,
  apply_change,
};

// Whether a participant may refuse to undo, for what it does cannot be undone any more.
constexpr bool may_be_too_late(Command undo) {
  return undo == Command::cancel_ticket || undo == Command::undo_capture ||
         undo == Command::withdraw_delivery;
}

// Whether the answer says how much has come of each line.
constexpr bool tells_lines(Command act) {
  return act == Command::take_lines || act == Command::change_lines || act == Command::return_lines;
}

// How long things may take; a step names the one that bounds it.
struct Limits {
  Duration answer = std::chrono::seconds{10};          // a service that answers at once
  Duration payment_window = std::chrono::minutes{30};  // the customer pays
  Duration kitchen = std::chrono::hours{2};
  Duration delivery = std::chrono::hours{4};
  Duration collection = std::chrono::hours{24};  // the customer comes for it
  Duration undo = std::chrono::minutes{1};       // before an undo is asked again
};

enum class WhenOverdue { ask_again, give_up };

struct Step {
  std::string_view name;
  Command act = Command::none;
  Command undo = Command::none;
  Duration Limits::* within = &Limits::answer;
  WhenOverdue when_overdue = WhenOverdue::ask_again;
  Reason overdue_reason = Reason::none;
  std::optional<OrderStatus> shows_started = {};  // when the participant says that it has begun
  std::optional<OrderStatus> shows_done = {};
  bool pivot = false;             // once begun, the customer can no longer cancel
  bool waits_for_change = false;  // not entered while a change holds the life
};

// A life leads an order from its acceptance to its end. A change runs beside it, also when it is
// over.
enum class Kind { life, change };

struct Saga {
  std::string_view name;
  Kind kind = Kind::life;
  int version = 1;  // a released table never changes: a change is a new version
  std::span<const Step> steps;
  // Of a change: the life takes no step that waits for it, gives nothing up, and is not cancelled
  // before it is over.
  bool holds_life = false;
};

// Names are unique; there is one pivot, whatever acts before it can be undone, and only a step that
// can be undone is given up.
constexpr bool has_sound_steps(const Saga& saga) {
  int pivots = 0;
  for (std::size_t i = 0; i < saga.steps.size(); ++i) {
    const Step& step = saga.steps[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (saga.steps[j].name == step.name) return false;
    }
    if (step.pivot) ++pivots;
    if (pivots == 0 && step.act != Command::none && step.undo == Command::none) return false;
    // A cancellation may come while nobody knows yet whether the pivot has begun.
    const bool may_be_cancelled = saga.kind == Kind::life && step.pivot;
    if (may_be_cancelled && step.undo == Command::none) return false;
    if (step.when_overdue == WhenOverdue::give_up &&
        (step.undo == Command::none || step.overdue_reason == Reason::none)) {
      return false;
    }
    // The pivot is what a participant says that it has begun.
    if (step.act == Command::none && (step.pivot || step.undo != Command::none)) return false;
  }
  return pivots == 1;
}

// What the customer sees only moves forward and ends in `completed`.
constexpr bool leads_to_the_end(const Saga& life) {
  auto seen = OrderStatus::pending;
  for (const Step& step : life.steps) {
    for (const auto& shows : {step.shows_started, step.shows_done}) {
      if (!shows) continue;
      if (*shows <= seen || *shows == OrderStatus::cancelled) return false;
      seen = *shows;
    }
  }
  return seen == OrderStatus::completed;
}

// The order's status is its life's to show; behind its pivot a change only goes on; and it is over
// when it is shown, for then the order takes the next one.
constexpr bool keeps_beside_the_life(const Saga& change) {
  if (change.steps.back().act != Command::apply_change) return false;
  bool is_past_pivot = false;
  for (const Step& step : change.steps) {
    if (step.shows_started || step.shows_done) return false;
    is_past_pivot = is_past_pivot || step.pivot;
    if (is_past_pivot && step.when_overdue == WhenOverdue::give_up) return false;
  }
  return true;
}

constexpr bool well_formed(const Saga& saga) {
  return has_sound_steps(saga) &&
         (saga.kind == Kind::life ? leads_to_the_end(saga) : keeps_beside_the_life(saga));
}

}  // namespace oms::sagas
