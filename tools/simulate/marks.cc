#include "tools/simulate/marks.h"

#include <algorithm>
#include <array>

namespace oms::simulate {
namespace {

using sagas::Command;

bool is_same(const sagas::Step& a, const sagas::Step& b) {
  return a.name == b.name && a.act == b.act && a.undo == b.undo;
}

// The first of the lifecycles that has the step.
Place first_with(const Place& place) {
  const auto& step = sagas::all.at(place.saga)->steps[place.step];
  for (std::size_t saga = 0; saga < place.saga; ++saga) {
    const auto& steps = sagas::all.at(saga)->steps;
    const auto same =
        std::ranges::find_if(steps, [&](const sagas::Step& other) { return is_same(other, step); });
    if (same == steps.end()) continue;
    return {.saga = saga,
            .step = static_cast<std::size_t>(same - steps.begin()),
            .is_undoing = place.is_undoing};
  }
  return place;
}

std::size_t number_of(const Place& place) {
  const auto& places = Marks::places();
  return static_cast<std::size_t>(std::ranges::find(places, first_with(place)) - places.begin());
}

std::vector<Place> all_places() {
  std::vector<Place> places;
  for (std::size_t saga = 0; saga < sagas::all.size(); ++saga) {
    if (!sagas::is_newest(*sagas::all.at(saga))) continue;
    for (const bool is_undoing : {false, true}) {
      const auto& steps = sagas::all.at(saga)->steps;
      for (std::size_t step = 0; step < steps.size(); ++step) {
        if (is_undoing && steps[step].undo == sagas::Command::none) continue;
        const Place place{.saga = saga, .step = step, .is_undoing = is_undoing};
        if (first_with(place) == place) places.push_back(place);
      }
    }
  }
  return places;
}

// What can meet whatever the provider is asked for.
bool is_of_provider(Fault fault) {
  switch (fault) {
    case Fault::request_lost:
    case Fault::answer_lost:
    case Fault::request_late:
    case Fault::answer_late:
    case Fault::provider_down:
      return true;
    default:
      return false;
  }
}

// What can meet a change's dealings with the kitchen, of which there are few.
bool can_meet_kitchen(Fault fault) {
  switch (fault) {
    case Fault::crash:
    case Fault::broker_down:
    case Fault::partition:
    case Fault::message_twice:
    case Fault::message_unknown:
    case Fault::stale_process:
    case Fault::two_publishers:
      return true;
    default:
      return false;
  }
}

// Where the operator steps in: at what is waited for, and with an abort only before the kitchen.
bool can_be_handled(Fault fault, Command act) {
  switch (act) {
    case Command::reserve_stock:
    case Command::collect_payment:
    case Command::authorize_payment:
    case Command::charge_payment:
    case Command::take_lines:
      return true;
    case Command::prepare_order:
    case Command::deliver_order:
    case Command::hand_over:
      return fault == Fault::saga_helped;
    default:
      return false;
  }
}

// What can meet a change wherever it is, and what can while it waits for the provider. Undone it is
// in no time.
bool can_meet_change(Fault fault, const Place& place) {
  if (place.is_undoing) return false;
  const auto act = sagas::all.at(place.saga)->steps[place.step].act;
  if (act == Command::close_link && is_of_provider(fault)) return true;
  if (act == Command::hold_ticket || act == Command::change_ticket) return can_meet_kitchen(fault);
  switch (fault) {
    case Fault::crash:
    case Fault::commit_lost:
    case Fault::commit_unsure:
    case Fault::commit_conflict:
    case Fault::commit_unavailable:
    case Fault::disk_full:
    case Fault::disk_slow:
    case Fault::broker_down:
    case Fault::partition:
    case Fault::message_late:
    case Fault::message_twice:
    case Fault::message_unknown:
    case Fault::confirm_lost:
    case Fault::process_asleep:
    case Fault::process_slow:
    case Fault::record_newer:
    case Fault::stale_process:
    case Fault::two_publishers:
      return true;
    case Fault::clock_jump:
    case Fault::restored:
    case Fault::request_lost:
    case Fault::answer_lost:
    case Fault::request_late:
    case Fault::answer_late:
    case Fault::provider_down:
    case Fault::provider_gone:
    case Fault::webhook_lost:
    case Fault::webhook_late:
    case Fault::webhook_twice:
    case Fault::timer_throws:
    case Fault::notifier_down:
    case Fault::refunded_elsewhere:
    case Fault::disputed:
    case Fault::refund_refused:
      return act == Command::refund_payment;
    default:
      return false;
  }
}

// Of the store, the broker and the processes: whatever the order waits for.
bool is_met_anywhere(Fault fault) {
  switch (fault) {
    case Fault::crash:
    case Fault::commit_lost:
    case Fault::commit_unsure:
    case Fault::commit_conflict:
    case Fault::commit_unavailable:
    case Fault::disk_full:
    case Fault::disk_slow:
    case Fault::restock_races_reservation:
    case Fault::price_change:
    case Fault::broker_down:
    case Fault::partition:
    case Fault::message_late:
    case Fault::message_twice:
    case Fault::message_unknown:
    case Fault::confirm_lost:
    case Fault::process_asleep:
    case Fault::process_slow:
    case Fault::record_newer:
    case Fault::stale_process:
    case Fault::two_publishers:
      return true;
    default:
      return false;
  }
}

}  // namespace

Marks::Marks() : counts_(places().size()) {}

const std::vector<Place>& Marks::places() {
  static const auto places = all_places();
  return places;
}

std::string Marks::name_of(const Place& place) {
  const auto& step = sagas::all.at(place.saga)->steps[place.step];
  return (place.is_undoing ? "undo " : "") + std::string{step.name};
}

std::uint64_t& Marks::count(Fault fault, const Place& place) {
  return counts_.at(number_of(place)).at(static_cast<std::size_t>(fault));
}

std::uint64_t Marks::at(Fault fault, const Place& place) const {
  return counts_.at(number_of(place)).at(static_cast<std::size_t>(fault));
}

bool Marks::can_meet(Fault fault, const Place& place) {
  if (sagas::all.at(place.saga)->kind == sagas::Kind::change) return can_meet_change(fault, place);
  const auto& step = sagas::all.at(place.saga)->steps[place.step];
  // An abort that meets it there is drawn rarely.
  if (place.is_undoing && step.undo == Command::withdraw_delivery) return false;
  const bool is_handling = fault == Fault::saga_helped || fault == Fault::saga_aborted;
  if (is_handling) return !place.is_undoing && can_be_handled(fault, step.act);
  // A pivot that is undone is in doubt for a moment.
  const bool is_brief = step.act == Command::capture_payment || step.act == Command::take_stock;
  if (place.is_undoing && is_brief) return false;
  const bool is_card = step.act == Command::authorize_payment ||
                       step.act == Command::capture_payment || step.act == Command::charge_payment;
  if (is_card && is_of_provider(fault)) return true;
  if (is_met_anywhere(fault)) return true;
  // No money, and over at once.
  const bool is_at_once = step.act == Command::take_lines || step.act == Command::take_stock;
  if (is_card || is_at_once || step.act == Command::none) return false;
  const auto command = place.is_undoing ? step.undo : step.act;
  // Where a cancelled order stays for good: money may still come, and the customer writes again.
  const bool is_end = place.is_undoing && step.act == Command::reserve_stock;
  const bool is_link = step.act == Command::collect_payment;
  const bool is_shipped = command == Command::prepare_order || command == Command::deliver_order ||
                          command == Command::hand_over;
  // An order is never seen in the other steps: they are over in the commit that begins them.
  const bool rests = is_link || is_shipped || is_end;
  switch (fault) {
    case Fault::clock_jump:
    case Fault::restored:
      return rests && !is_end;
    case Fault::request_lost:
    case Fault::answer_lost:
    case Fault::request_late:
    case Fault::provider_down:
    case Fault::provider_gone:
    case Fault::answer_late:
      return is_link || is_end;
    case Fault::webhook_lost:
    case Fault::late_payment:
    case Fault::expiry_races_payment:
      return is_link || is_end;
    case Fault::webhook_early:
      return is_link;
    case Fault::request_clashes:
      return command == Command::collect_payment;
    case Fault::webhook_late:
    case Fault::webhook_twice:
    case Fault::webhook_forged:
    case Fault::wrong_currency:
    case Fault::less_money:
    case Fault::request_repeated:
    case Fault::request_altered:
    case Fault::timer_throws:
      return rests;
    case Fault::cancel_races_payment:  // who collects is rarely so late
      return rests && command != Command::hand_over;
    case Fault::refunded_elsewhere:  // of money that is there, heard of or not
    case Fault::disputed:
      return rests;
    case Fault::notifier_down:
      return is_shipped || is_end;
    case Fault::ticket_rejected:
    case Fault::cook_slow:
      return command == Command::prepare_order;
    case Fault::delivery_failed:
      return command == Command::deliver_order;
    case Fault::courier_slow:
      return command == Command::deliver_order || command == Command::hand_over;
    default:  // a refund is refused beside the life
      return false;
  }
}

void Marks::add(const Marks& others) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    for (std::size_t j = 0; j < fault_count; ++j) counts_[i][j] += others.counts_[i][j];
  }
}

}  // namespace oms::simulate
