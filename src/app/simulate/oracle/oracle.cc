#include "app/simulate/oracle/oracle.h"

#include <algorithm>

#include "app/simulate/oracle/rules.h"
#include "runtime/records.h"

namespace oms::simulate {
namespace {

using stock::Reservation;
using stock::ReservationState;

// Takes the record into the life that it belongs to, if it is a T.
template <class T>
bool take_as(Kept<T> Life::* field, const Record& record, Life& life) {
  const auto* after = record.as<T>();
  if (after == nullptr) return false;
  check_step(life, (life.*field).get(), *after);
  (life.*field).take(record);
  return true;
}

// What the runtime keeps to do its work.
bool is_for_itself(const RecordType& type) {
  return &type == &type_of<runtime::InboxEntry>() || &type == &type_of<runtime::Channel>() ||
         &type == &type_of<runtime::Outgoing>() || &type == &type_of<runtime::Parked>() ||
         &type == &type_of<runtime::Seating>() || &type == &type_of<runtime::Sequence>();
}

bool take_into(Life& life, const Record& record) {
  return take_as(&Life::order, record, life) || take_as(&Life::saga, record, life) ||
         take_as(&Life::reservation, record, life) || take_as(&Life::payment, record, life) ||
         take_as(&Life::ticket, record, life) || take_as(&Life::delivery, record, life) ||
         take_as(&Life::notices, record, life);
}

}  // namespace

Oracle::Oracle(const Scenario& scenario, const Agenda& agenda)
    : scenario_(scenario), agenda_(agenda) {
  for (const auto& shelf : scenario.shelves) {
    model_.shelves[shelf.product_id].initial = shelf.on_hand;
  }
}

Life& Oracle::known(const Id& order_id) {
  auto& life = model_.lives[order_id];
  life.id = order_id;
  return life;
}

const Life* Oracle::life(const Id& order_id) const {
  const auto at = model_.lives.find(order_id);
  return at == model_.lives.end() ? nullptr : &at->second;
}

void Oracle::committed(std::span<const Change> changes) {
  std::vector<Life*> touched;
  moved_.clear();
  for (const auto& change : changes) take(change, touched);
  for (const auto* life : touched) check(*life);
  check_shelves();
}

// Services that live apart agree later, when all that they have told each other has come.
void Oracle::check(const Life& life) const {
  check_always(life, scenario_);
  if (scenario_.wiring == Wiring::together) check_together(life);
}

void Oracle::check_shelves() {
  std::ranges::sort(moved_);
  moved_.erase(std::unique(moved_.begin(), moved_.end()), moved_.end());
  for (const auto& name : moved_) check_shelf(model_.shelves[name]);
  const auto cap = scenario_.settings.stock.held_units_max;
  if (cap == 0) return;
  for (const auto& [customer, units] : model_.held_by) {
    if (units > cap) broken("hoarding", "customer " + customer + " holds more than is allowed");
  }
}

void Oracle::take(const Change& change, std::vector<Life*>& touched) {
  const auto& type = *change.key.type;
  if (&type == &type_of<runtime::InboxEntry>()) return note_key(change);
  if (type.derived || &type == &type_of<kitchen::Board>() || is_for_itself(type)) return;
  if (&type == &type_of<runtime::DeadLetter>()) {
    const auto letter = Id::parse(change.key.id.view()).value_or(Id{});
    if (change.record) {
      model_.letters.insert(letter);
      note_letter(change);
    } else {
      model_.letters.erase(letter);
    }
    return;
  }
  if (!change.record) return forget(change);
  if (&type == &type_of<orders::ArchivedOrder>()) return;  // it comes with the order's end
  if (const auto* item = change.record.as<stock::Item>()) {
    model_.shelves[item->id].item.take(change.record);
    moved_.push_back(item->id);
    return;
  }
  const auto id = Id::parse(change.key.id.view());
  if (!id) broken("nothing_orphaned", "a record belongs to no order");
  Life& life = known(*id);
  if (std::ranges::find(touched, &life) == touched.end()) touched.push_back(&life);
  if (life.forgotten.test(place_of(type))) {
    broken("forgotten_for_good", "a record came back that was forgotten", life);
  }
  if (const auto* order = change.record.as<orders::Order>()) {
    take_order(*order, life);
    life.changed_at = agenda_.now();
  }
  if (const auto* after = change.record.as<Reservation>()) count(life.reservation.get(), *after);
  if (!take_into(life, change.record)) broken("nothing_orphaned", "a record of no known type");
}

// A new order: only one may come of an idempotency key, and only one may have its number.
void Oracle::take_order(const orders::Order& order, const Life& life) {
  if (life.number == 0) broken("nothing_orphaned", "an order that nobody has placed", life);
  const auto holder = model_.numbers.try_emplace(order.day_number, order.id).first->second;
  if (order.day_number.empty() || holder != order.id) {
    broken("number_unique", "an order without a number, or with another's", life);
  }
  if (life.order || life.key == 0) return;
  auto& key = model_.keys[life.key];
  if (key.order && *key.order != order.id) {
    broken("keys_repeat", "two orders of one idempotency key", life);
  }
  key.order = order.id;
}

void Oracle::count(const Reservation* before, const Reservation& after) {
  const auto weigh = [&](const Reservation& reservation, std::int64_t sign) {
    for (const auto& line : reservation.lines) {
      auto& shelf = model_.shelves[line.product_id];
      const auto quantity = sign * line.quantity;
      if (reservation.state == ReservationState::held) {
        shelf.held += quantity;
        model_.held_by[reservation.customer_id] += quantity;
      }
      if (reservation.state == ReservationState::committed) shelf.sold += quantity;
      if (reservation.returned) shelf.returned += quantity;
      moved_.push_back(line.product_id);
    }
  };
  if (before != nullptr) weigh(*before, -1);
  weigh(after, +1);
}

void Oracle::sagas_are_over() const {
  for (const auto& [id, life] : model_.lives) check_over(life);
}

void Oracle::at_rest() const {
  for (const auto& [id, life] : model_.lives) {
    if (life.order) check_together(life);
    check_ended(life, scenario_);
    check_kept(life, scenario_, agenda_.now());
  }
  if (!model_.letters.empty()) {
    broken("nothing_set_aside", "dead letters are left that the operator could not settle");
  }
}

}  // namespace oms::simulate
