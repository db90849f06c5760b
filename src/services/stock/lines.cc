#include "services/stock/lines.h"

#include <algorithm>

#include "services/stock/shelf.h"

namespace oms::stock {
namespace {

using Result = StepAnswer::Result;

// What was taken of each line, as it is answered.
std::vector<ProductQuantity> taken_by(const Reservation& reservation) {
  std::vector<ProductQuantity> taken;
  taken.reserve(reservation.lines.size());
  for (const auto& line : reservation.lines) {
    taken.push_back({.product_id = line.product_id, .quantity = line.quantity});
  }
  return taken;
}

bool is_empty(const Reservation& reservation) {
  return std::ranges::all_of(reservation.lines,
                             [](const ReservedLine& line) { return line.quantity == 0; });
}

StepAnswer answer_by_line(const StepRef& ref, const Reservation& reservation) {
  auto answer = answer_to(ref, Result::done);
  answer.lines = taken_by(reservation);
  if (!is_empty(reservation)) return answer;
  answer.result = Result::refused;
  answer.reason = reservation.by_line ? Reason::out_of_stock : reservation.reason;
  return answer;
}

StepAnswer answer_to_all(const TakeLines& command, const Reservation& reservation) {
  const bool is_ours = reservation.state == ReservationState::committed && !reservation.returned &&
                       !reservation.written_off;
  if (!is_ours) return answer_to(command.ref, Result::refused, reservation.reason);
  auto answer = answer_to(command.ref, Result::done);
  answer.lines = command.lines;
  return answer;
}

// As if it had been reserved and sold in one: from then on it is like any other that was sold.
Decision take_all(const TakeLines& command, const Message& message, const Records& records) {
  Decision decision;
  Reservation reservation{.id = message.order_id,
                          .customer_id = command.customer_id,
                          .state = ReservationState::committed};
  const auto lines = merged(command.lines);
  Shelf shelf{records};
  bool is_short = !lines || lines->empty();
  for (const auto& line : lines.value_or(std::vector<ReservedLine>{})) {
    is_short = is_short || !shelf.take(line.product_id, line.quantity);
    reservation.units += line.quantity;
  }
  if (is_short) {
    reservation.state = ReservationState::refused;
    reservation.reason = Reason::out_of_stock;
    reservation.units = 0;
  } else {
    reservation.lines = *lines;
    shelf.save_to(decision);
  }
  decision.sends(answer_to_all(command, reservation));
  decision.saves(std::move(reservation));
  return decision;
}

Decision take_by_line(const TakeLines& command, const Message& message, const Records& records) {
  Decision decision;
  Reservation reservation{.id = message.order_id,
                          .customer_id = command.customer_id,
                          .state = ReservationState::committed,
                          .by_line = true};
  Shelf shelf{records};
  for (const auto& line : command.lines) {
    const auto taken = shelf.take(line.product_id, line.quantity) ? line.quantity : 0;
    reservation.lines.push_back({.product_id = line.product_id, .quantity = taken});
  }
  shelf.save_to(decision);
  decision.sends(answer_by_line(command.ref, reservation));
  decision.saves(std::move(reservation));
  return decision;
}

// Whether this change was decided before. None has the run's number 0.
bool is_decided(const StepRef& ref, const Reservation& reservation) {
  return ref.run != 0 && ref.run <= reservation.last_change.run;
}

// Moves only what differs. False where one of the lines is short.
bool hold_instead(const std::vector<ReservedLine>& before, std::vector<ReservedLine>& wanted,
                  Shelf& shelf) {
  bool is_there = true;
  const auto held_of = [](const std::vector<ReservedLine>& lines, const ReservedLine& of) {
    const auto line = std::ranges::find(lines, of.product_id, &ReservedLine::product_id);
    return line != lines.end() ? *line : ReservedLine{.product_id = of.product_id};
  };
  for (const auto& held : before) {
    const auto kept = std::min(held.quantity, held_of(wanted, held).quantity);
    if (kept == held.quantity) continue;
    shelf.release({.product_id = held.product_id, .quantity = held.quantity - kept});
  }
  for (auto& line : wanted) {
    const auto held = held_of(before, line);
    line.returned = held.returned;
    const auto more = line.quantity - held.quantity;
    if (more > 0) {
      is_there = shelf.reserve({.product_id = line.product_id, .quantity = more}) && is_there;
    }
  }
  return is_there;
}

}  // namespace

Decision take(const TakeLines& command, const Message& message, const Records& records) {
  if (const auto* known = reservation_of(message, records)) {
    Decision decision;
    decision.sends(command.as_a_whole ? answer_to_all(command, *known)
                                      : answer_by_line(command.ref, *known));
    return decision;
  }
  return command.as_a_whole ? take_all(command, message, records)
                            : take_by_line(command, message, records);
}

Decision change(const ChangeLines& command, const Message& message, const Records& records) {
  Decision decision;
  const auto* known = reservation_of(message, records);
  if (known == nullptr || !known->by_line) {
    decision.sends(answer_to(command.ref, Result::refused, Reason::not_changeable));
    return decision;
  }
  auto answer = answer_to(command.ref, Result::done);
  if (is_decided(command.ref, *known)) {
    answer.lines = taken_by(*known);
    decision.sends(std::move(answer));
    return decision;
  }
  Reservation reservation = *known;
  Shelf shelf{records};
  for (std::size_t i = 0; i < command.lines.size(); ++i) {
    const auto& [product, quantity] = command.lines[i];
    if (i == reservation.lines.size()) reservation.lines.push_back({.product_id = product});
    auto& line = reservation.lines[i];
    if (quantity < line.quantity) {
      shelf.take_back(product, line.quantity - quantity);
    } else if (quantity > line.quantity && !shelf.take(product, quantity - line.quantity)) {
      continue;
    }
    line.quantity = quantity;
  }
  shelf.save_to(decision);
  reservation.last_change = {.run = command.ref.run};
  answer.lines = taken_by(reservation);
  decision.sends(std::move(answer));
  decision.saves(std::move(reservation));
  return decision;
}

Decision change(const ChangeReservation& command, const Message& message, const Records& records,
                std::int64_t held_units_max) {
  Decision decision;
  const auto* known = reservation_of(message, records);
  if (known != nullptr && is_decided(command.ref, *known)) {
    const auto refusal = known->last_change.refusal;
    decision.sends(
        answer_to(command.ref, refusal == Reason::none ? Result::done : Result::refused, refusal));
    return decision;
  }
  if (known == nullptr || known->state != ReservationState::held) {
    decision.sends(answer_to(command.ref, Result::refused, Reason::not_changeable));
    return decision;
  }
  Reservation reservation = *known;
  auto wanted = merged(command.lines);
  Shelf shelf{records};
  auto refusal =
      wanted && hold_instead(known->lines, *wanted, shelf) ? Reason::none : Reason::out_of_stock;
  std::int64_t units = 0;
  for (const auto& line : wanted.value_or(std::vector<ReservedLine>{})) units += line.quantity;
  HeldUnits held{.id = known->customer_id};
  const bool is_capped = counts_as_held(*known, held_units_max);
  const auto* counted = is_capped ? records.get<HeldUnits>(known->customer_id) : nullptr;
  if (counted != nullptr) held = *counted;
  held.units += units - known->units;
  const bool is_over = is_capped && units > known->units && held.units > held_units_max;
  if (refusal == Reason::none && is_over) refusal = Reason::over_reservation_cap;
  reservation.last_change = {.run = command.ref.run, .refusal = refusal};
  if (refusal == Reason::none) {
    reservation.lines = *std::move(wanted);
    reservation.units = units;
    shelf.save_to(decision);
    if (is_capped) decision.saves(std::move(held));
  }
  decision.sends(
      answer_to(command.ref, refusal == Reason::none ? Result::done : Result::refused, refusal));
  decision.saves(std::move(reservation));
  return decision;
}

}  // namespace oms::stock
