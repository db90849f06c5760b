#include "services/stock/service.h"

#include <algorithm>
#include <stdexcept>

#include "services/stock/ledger.h"
#include "services/stock/lines.h"
#include "services/stock/operator.h"
#include "services/stock/shelf.h"

namespace oms::stock {
namespace {

using Result = StepAnswer::Result;

Decision reserve(const ReserveStock& command, const Message& message, const Records& records,
                 std::int64_t held_units_max) {
  Decision decision;
  if (const auto* known = reservation_of(message, records)) {
    // Asked again, or undone before it was done: what was decided stands.
    const bool is_refused =
        known->state == ReservationState::refused || known->state == ReservationState::released;
    decision.sends(
        answer_to(command.ref, is_refused ? Result::refused : Result::done, known->reason));
    return decision;
  }
  Reservation reservation{.id = message.order_id, .customer_id = command.customer_id};
  const auto lines = merged(command.lines);
  Shelf shelf{records};
  Reason refusal = lines ? Reason::none : Reason::out_of_stock;
  for (const auto& line : lines.value_or(std::vector<ReservedLine>{})) {
    if (!shelf.reserve(line)) refusal = Reason::out_of_stock;
    reservation.units += line.quantity;
  }
  HeldUnits held{.id = command.customer_id};
  const bool is_capped = held_units_max > 0;
  const auto* known = is_capped ? records.get<HeldUnits>(command.customer_id) : nullptr;
  if (known != nullptr) held = *known;
  held.units += reservation.units;
  if (refusal == Reason::none && is_capped && held.units > held_units_max) {
    refusal = Reason::over_reservation_cap;
  }
  if (refusal != Reason::none) {
    reservation.state = ReservationState::refused;
    reservation.reason = refusal;
    decision.sends(answer_to(command.ref, Result::refused, refusal));
    decision.saves(std::move(reservation));
    return decision;
  }
  reservation.lines = *lines;
  shelf.save_to(decision);
  if (is_capped) decision.saves(std::move(held));
  decision.saves(std::move(reservation));
  decision.sends(answer_to(command.ref, Result::done));
  return decision;
}

// Its customer holds that much less, where that is counted.
void free_held_units(const Reservation& reservation, const Records& records,
                     std::int64_t held_units_max, Decision& decision) {
  if (!counts_as_held(reservation, held_units_max)) return;
  const auto* held = records.get<HeldUnits>(reservation.customer_id);
  if (held == nullptr) return;
  decision.saves(HeldUnits{.id = held->id, .units = held->units - reservation.units});
}

Decision release(const ReleaseStock& command, const Message& message, const Records& records,
                 std::int64_t held_units_max) {
  Decision decision;
  decision.sends(answer_to(command.ref, Result::undone));
  const auto* known = reservation_of(message, records);
  if (known == nullptr) {  // the undo came before its do: remember to refuse it
    decision.saves(Reservation{.id = message.order_id, .state = ReservationState::released});
    return decision;
  }
  if (known->state != ReservationState::held) return decision;
  Reservation reservation = *known;
  Shelf shelf{records};
  for (const auto& line : reservation.lines) shelf.release(line);
  shelf.save_to(decision);
  free_held_units(reservation, records, held_units_max, decision);
  reservation.state = ReservationState::released;
  decision.saves(std::move(reservation));
  return decision;
}

Decision commit(const CommitStock& command, const Message& message, const Records& records,
                std::int64_t held_units_max) {
  Decision decision;
  const auto* known = reservation_of(message, records);
  if (known == nullptr) throw std::runtime_error("nothing is reserved for this order");
  const bool is_undone = known->returned || known->written_off;
  const bool is_ours = known->state == ReservationState::held ||
                       (known->state == ReservationState::committed && !is_undone);
  decision.sends(answer_to(command.ref, is_ours ? Result::done : Result::refused, known->reason));
  if (known->state != ReservationState::held) return decision;
  Reservation reservation = *known;
  Shelf shelf{records};
  for (const auto& line : reservation.lines) {
    shelf.commit(line);
    shelf.take_back(line.product_id, line.returned);
  }
  shelf.save_to(decision);
  free_held_units(reservation, records, held_units_max, decision);
  reservation.state = ReservationState::committed;
  decision.saves(std::move(reservation));
  return decision;
}

Decision take_back(const ReturnStock& command, const Message& message, const Records& records) {
  Decision decision;
  decision.sends(answer_to(command.ref, Result::undone));
  const auto* known = reservation_of(message, records);
  if (known == nullptr) {  // the undo came before its do: remember to refuse it
    decision.saves(Reservation{.id = message.order_id, .state = ReservationState::released});
    return decision;
  }
  if (known->state != ReservationState::committed) return decision;
  if (known->returned || known->written_off) return decision;
  Reservation reservation = *known;
  if (reservation.by_line) {
    Shelf shelf{records};
    for (auto& line : reservation.lines) {
      shelf.take_back(line.product_id, std::exchange(line.quantity, 0));
    }
    shelf.save_to(decision);
    decision.saves(std::move(reservation));
    return decision;
  }
  if (command.write_off) {
    reservation.written_off = true;
    Shelf shelf{records};
    for (const auto& line : reservation.lines) {
      shelf.write_off(line.product_id, line.quantity - line.returned);
    }
    shelf.save_to(decision);
  } else {
    Shelf shelf{records};
    for (const auto& line : reservation.lines) {
      shelf.take_back(line.product_id, line.quantity - line.returned);
    }
    shelf.save_to(decision);
    reservation.returned = true;
  }
  decision.saves(std::move(reservation));
  return decision;
}

// Some of it comes back beside the order's own life: before the goods are sold, after they were
// written off, or after all has come back with the order. Each order of events ends the same.
Decision take_back(const ReturnLines& command, const Message& message, const Records& records) {
  Decision decision;
  StepAnswer answer = answer_to(command.ref, Result::done);
  const auto* known = reservation_of(message, records);
  Reservation reservation = known != nullptr ? *known : Reservation{};
  Shelf shelf{records};
  bool is_changed = false;
  for (const auto& [product, quantity] : command.lines) {
    const auto line = std::ranges::find(reservation.lines, product, &ReservedLine::product_id);
    if (line == reservation.lines.end()) {
      answer.lines.push_back({.product_id = product});
      continue;
    }
    const auto returned = std::max(line->returned, std::min(quantity, line->quantity));
    const auto more = returned - line->returned;
    const bool is_sold = reservation.state == ReservationState::committed && !reservation.returned;
    if (is_sold) shelf.take_back(product, more);
    if (is_sold && reservation.written_off) shelf.write_off(product, -more);
    is_changed = is_changed || returned != line->returned;
    line->returned = returned;
    answer.lines.push_back({.product_id = product, .quantity = returned});
  }
  shelf.save_to(decision);
  if (is_changed) decision.saves(std::move(reservation));
  decision.sends(std::move(answer));
  return decision;
}

// Why the operator has moved something; empty where an order has.
std::string_view reason_of(const Payload& payload) {
  if (const auto* set = std::get_if<SetItem>(&payload)) return set->reason;
  if (const auto* restock = std::get_if<RestockItem>(&payload)) return restock->reason;
  return {};
}

Quote quote(const QuoteLines& question, const Records& records, const std::string& currency) {
  Quote answer{.lines = {}, .currency = currency, .available = {}, .currencies = {}};
  for (const auto& line : question.lines) {
    OrderLine quoted{.product_id = line.product_id, .quantity = line.quantity};
    answer.available.push_back(0);
    answer.currencies.push_back(currency);
    const auto* item = records.get<Item>(line.product_id);
    if (item != nullptr && !item->archived) {
      answer.available.back() = std::max<std::int64_t>(item->available(), 0);
      if (!item->currency.empty()) answer.currencies.back() = item->currency;
      quoted.product_name = item->name;
      quoted.price_id = item->price_id;
      quoted.unit_price = item->price;
      quoted.preparation_ms = item->preparation_ms;
    }
    answer.lines.push_back(std::move(quoted));
  }
  return answer;
}

ReservationsAre facts_of(const ReservationsOf& question, const Records& records) {
  ReservationsAre answer;
  for (const auto& id : question.ids) {
    const auto* reservation = records.get<Reservation>(id);
    if (reservation == nullptr) continue;
    answer.reservations.push_back({.order_id = id,
                                   .state = reservation->state,
                                   .is_returned = reservation->returned,
                                   .is_written_off = reservation->written_off,
                                   .by_line = reservation->by_line});
  }
  return answer;
}

}  // namespace

void StockService::needs(const Message& message, const Records& found, Keys& keys) const {
  if (const auto* set = std::get_if<SetItem>(&message.payload)) {
    if (set->product_id.empty()) return needs_for_number(found, keys);
    keys.push_back(key_of<Item>(set->product_id));
    return;
  }
  if (const auto* restock = std::get_if<RestockItem>(&message.payload)) {
    keys.push_back(key_of<Item>(restock->product_id));
    return;
  }
  if (const auto* archive = std::get_if<ArchiveItem>(&message.payload)) {
    keys.push_back(key_of<Item>(archive->product_id));
    return;
  }
  const Key key = key_of<Reservation>(message.order_id);
  keys.push_back(key);
  if (const auto* reserve = std::get_if<ReserveStock>(&message.payload)) {
    for (const auto& line : reserve->lines) keys.push_back(key_of<Item>(line.product_id));
    if (settings_.held_units_max > 0) keys.push_back(key_of<HeldUnits>(reserve->customer_id));
    return;
  }
  if (const auto* take = std::get_if<TakeLines>(&message.payload)) {
    for (const auto& line : take->lines) keys.push_back(key_of<Item>(line.product_id));
    return;
  }
  if (const auto* change = std::get_if<ChangeLines>(&message.payload)) {
    for (const auto& line : change->lines) keys.push_back(key_of<Item>(line.product_id));
    return;
  }
  if (const auto* change = std::get_if<ChangeReservation>(&message.payload)) {
    for (const auto& line : change->lines) keys.push_back(key_of<Item>(line.product_id));
  }
  const Record* record = found.knows(key) ? found.find(key) : nullptr;
  if (record == nullptr) return;
  const auto& reservation = *record->as<Reservation>();
  for (const auto& line : reservation.lines) keys.push_back(key_of<Item>(line.product_id));
  if (counts_as_held(reservation, settings_.held_units_max)) {
    keys.push_back(key_of<HeldUnits>(reservation.customer_id));
  }
}

Decision StockService::decide(const Message& message, const Records& records, Now now) const {
  auto decision = apply(message, records);
  keep_ledger(decision, records,
              {.at = now.wall, .zone = settings_.zone, .reason = reason_of(message.payload)});
  return decision;
}

Decision StockService::apply(const Message& message, const Records& records) const {
  if (const auto* m = std::get_if<ReserveStock>(&message.payload)) {
    return reserve(*m, message, records, settings_.held_units_max);
  }
  if (const auto* m = std::get_if<ReleaseStock>(&message.payload)) {
    return release(*m, message, records, settings_.held_units_max);
  }
  if (const auto* m = std::get_if<CommitStock>(&message.payload)) {
    return commit(*m, message, records, settings_.held_units_max);
  }
  if (const auto* m = std::get_if<ReturnStock>(&message.payload)) {
    return take_back(*m, message, records);
  }
  if (const auto* m = std::get_if<ReturnLines>(&message.payload)) {
    return take_back(*m, message, records);
  }
  if (const auto* m = std::get_if<TakeLines>(&message.payload)) return take(*m, message, records);
  if (const auto* m = std::get_if<ChangeLines>(&message.payload)) {
    return change(*m, message, records);
  }
  if (const auto* m = std::get_if<ChangeReservation>(&message.payload)) {
    return change(*m, message, records, settings_.held_units_max);
  }
  if (const auto* m = std::get_if<SetItem>(&message.payload)) {
    return set_item(*m, records, settings_.currency);
  }
  if (const auto* m = std::get_if<RestockItem>(&message.payload)) return restock(*m, records);
  if (const auto* m = std::get_if<ArchiveItem>(&message.payload)) return archive(*m, records);
  throw std::runtime_error("stock does not take this message");
}

void StockService::needs(const Question& question, Keys& keys) const {
  if (const auto* of = std::get_if<ReservationsOf>(&question)) {
    for (const auto& id : of->ids) keys.push_back(key_of<Reservation>(id));
    return;
  }
  for (const auto& line : std::get<QuoteLines>(question).lines) {
    keys.push_back(key_of<Item>(line.product_id));
  }
}

Answer StockService::answer(const Question& question, const Records& records) const {
  if (const auto* of = std::get_if<ReservationsOf>(&question)) return facts_of(*of, records);
  return quote(std::get<QuoteLines>(question), records, settings_.currency);
}

}  // namespace oms::stock
