// What housekeeping may forget, and what a backup may not bring back.
#include <algorithm>
#include <array>

#include "runtime/records.h"
#include "tools/simulate/oracle/oracle.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t letters_max = 12;

// A clock that was set an hour forward makes everything older, and one that was set back younger;
// after a restart the order clock may be a minute ahead.
Duration clocks_differ_by(const Scenario& scenario) {
  const auto jumps = std::ranges::count(scenario.incidents, Fault::clock_jump, &Incident::fault);
  return hours{2 * jumps} + minutes{2};
}

Duration retention(const Scenario& scenario) {
  return hours{scenario.settings.retention_hours};
}

// What a late refund needs is kept for longer.
Duration kept_for(const Scenario& scenario, const RecordType& type) {
  const bool is_for_refunds =
      &type == &type_of<coordinator::Saga>() || &type == &type_of<payments::Payment>() ||
      &type == &type_of<payments::ClosedLinks>() || &type == &type_of<stock::Reservation>();
  return is_for_refunds
             ? std::max(retention(scenario), Duration{hours{scenario.settings.refund_window_hours}})
             : retention(scenario);
}

Duration archived_after(const Scenario& scenario) {
  return std::chrono::days{scenario.settings.archive_days};
}

bool is_over(const Life& life) {
  return life.has(OrderStatus::completed) || life.has(OrderStatus::cancelled);
}

// Whether something of the order is still to come of this record.
bool is_under_way(const Life& life, const RecordType& type) {
  if (&type == &type_of<coordinator::Saga>()) return life.saga->is_live();
  if (&type == &type_of<payments::Payment>()) {
    return life.payment->due || life.payment->status == PaymentStatus::refund_pending;
  }
  if (&type == &type_of<payments::ClosedLinks>()) return life.closed_links->due.has_value();
  if (&type == &type_of<notifications::Notices>()) return life.notices->due.has_value();
  return false;
}

}  // namespace

std::size_t place_of(const RecordType& type) {
  const std::array types{&type_of<orders::Order>(),         &type_of<coordinator::Saga>(),
                         &type_of<stock::Reservation>(),    &type_of<payments::Payment>(),
                         &type_of<payments::ClosedLinks>(), &type_of<kitchen::Ticket>(),
                         &type_of<delivery::Delivery>(),    &type_of<notifications::Notices>()};
  return static_cast<std::size_t>(std::ranges::find(types, &type) - types.begin());
}

void check_forgotten(const Life& life, const RecordType& type, Time now, const Scenario& scenario) {
  if (!is_over(life)) broken("nothing_lost", "an order under way was forgotten in part", life);
  if (is_under_way(life, type)) {
    broken("nothing_lost", "what was still under way was forgotten", life);
  }
  if (now - made_at(life.id) < kept_for(scenario, type) - clocks_differ_by(scenario)) {
    broken("kept_as_promised", "the details of an order were forgotten too early", life);
  }
}

void check_kept(const Life& life, const Scenario& scenario, Time now) {
  if (!scenario.keeps_house || !life.order || !is_over(life)) return;
  const auto slack = hours{2} + clocks_differ_by(scenario);
  const auto expect = [&](const auto& record, const RecordType& type) {
    if (!record || life.forgotten.test(place_of(type)) || is_under_way(life, type)) return;
    if (now - made_at(life.id) < kept_for(scenario, type) + slack) return;
    broken("forgotten_in_time", std::string{type.table} + " is kept for ever", life);
  };
  expect(life.saga, type_of<coordinator::Saga>());
  expect(life.reservation, type_of<stock::Reservation>());
  expect(life.payment, type_of<payments::Payment>());
  expect(life.closed_links, type_of<payments::ClosedLinks>());
  expect(life.ticket, type_of<kitchen::Ticket>());
  expect(life.delivery, type_of<delivery::Delivery>());
  expect(life.notices, type_of<notifications::Notices>());
  const bool is_old = now - life.changed_at >= archived_after(scenario) + slack;
  if (scenario.settings.archive_days == 0 || !is_old) return;
  if (!life.forgotten.test(place_of(type_of<orders::Order>()))) {
    broken("forgotten_in_time", "an old order was never archived", life);
  }
}

void Oracle::forget(const Change& change) {
  const auto id = Id::parse(change.key.id.view());
  const auto& type = *change.key.type;
  if (!id || place_of(type) > place_of(type_of<notifications::Notices>())) {
    broken("nothing_lost", "a record was erased that nothing may erase");
  }
  auto& life = known(*id);
  if (!life.order) broken("nothing_lost", "a record was erased, and its order never was", life);
  if (&type == &type_of<orders::Order>()) {
    forget_order(life, change);
  } else {
    check_forgotten(life, type, agenda_.now(), scenario_);
  }
  life.forgotten.set(place_of(type));
}

void Oracle::forget_order(Life& life, const Change& change) const {
  const auto& order = *life.order;
  if (!is_over(life)) broken("nothing_lost", "an order under way was archived", life);
  const bool is_waited_for =
      (life.payment && life.payment->due) || (life.notices && life.notices->due.has_value());
  if (is_waited_for) broken("nothing_lost", "an order was archived of which more comes", life);
  const auto age = agenda_.now() - life.changed_at;
  if (scenario_.settings.archive_days == 0 ||
      age < archived_after(scenario_) - clocks_differ_by(scenario_)) {
    broken("kept_as_promised", "an order was archived too early", life);
  }
  std::string line;
  change.key.type->encode(&order, line);
  if (!model_.archive.contains(line)) {
    broken("nothing_lost", "an order is gone and the archive does not have it", life);
  }
}

void Oracle::archived(std::string_view lines) {
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    model_.archive.emplace(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

// A key lives for as long as is promised, and not for ever.
void Oracle::note_key(const Change& change) {
  if (const auto* entry = change.record ? change.record.as<runtime::InboxEntry>() : nullptr) {
    if (!model_.inbox.try_emplace(entry->id, agenda_.now()).second) {
      broken("keys_repeat", "an idempotency key was remembered twice");
    }
    return;
  }
  const auto kept = model_.inbox.find(change.key.id.view());
  if (kept == model_.inbox.end()) return;
  if (agenda_.now() - kept->second < retention(scenario_) - clocks_differ_by(scenario_)) {
    broken("kept_as_promised", "an idempotency key was forgotten too early");
  }
  model_.inbox.erase(kept);
  std::erase_if(model_.keys, [&](const auto& key) {  // it may be used for another order from now on
    return change.key.id.view() == "key-" + std::to_string(key.first);
  });
}

// What cannot be decided is set aside once, however often it is tried.
void Oracle::note_letter(const Change& change) {
  const auto& letter = *change.record.as<runtime::DeadLetter>();
  if (letter.order_id.is_nil()) return;
  auto& life = known(letter.order_id);
  life.set_aside.insert(letter.id);
  if (life.was_lost) return;  // whatever the provider tells of it
  if (life.set_aside.size() > letters_max) {
    broken("attempts_bounded", "letter after letter is set aside for one order", life);
  }
}

void Oracle::restored(const Model& backup) {
  for (auto& [id, life] : model_.lives) {
    const auto then = backup.lives.find(id);
    const Life none;
    const auto& past = then == backup.lives.end() ? none : then->second;
    const bool is_same =
        life.order.is_same(past.order) && life.saga.is_same(past.saga) &&
        life.reservation.is_same(past.reservation) && life.payment.is_same(past.payment) &&
        life.closed_links.is_same(past.closed_links) && life.ticket.is_same(past.ticket) &&
        life.delivery.is_same(past.delivery) && life.notices.is_same(past.notices);
    life.forgotten = past.forgotten;
    if (is_same) continue;
    life.was_lost = life.was_lost || !past.order;
    life.was_reset = true;
    life.order = past.order;
    life.saga = past.saga;
    life.reservation = past.reservation;
    life.payment = past.payment;
    life.closed_links = past.closed_links;
    life.recount();
    life.before_revisions = past.before_revisions;
    life.smaller_by = past.smaller_by;
    life.taken_off = past.taken_off;
    life.removed = past.removed;
    life.ticket = past.ticket;
    life.delivery = past.delivery;
    life.notices = past.notices;
    life.changed_at = past.changed_at;
    life.told_version = past.told_version;
    if (life.wish && life.wish->method == PaymentMethod::account) {
      life.charged = past.charged;
      life.paid_back = past.paid_back;
    }
    life.sent = past.sent;
    life.tries = past.tries;
    life.place = past.place;
    life.is_cancel_kept = past.is_cancel_kept;
  }
  for (auto& [name, shelf] : model_.shelves) {
    auto past = backup.shelves.at(name);
    past.restock_tried = shelf.restock_tried;
    past.prices_asked = std::move(shelf.prices_asked);
    past.prices_pending = std::move(shelf.prices_pending);
    shelf = std::move(past);
    if (shelf.item) shelf.prices.push_back({.commit = model_.commits, .price = shelf.item->price});
  }
  model_.kitchen = backup.kitchen;
  model_.accounts = backup.accounts;
  model_.held_by = backup.held_by;
  model_.keys = backup.keys;
  model_.numbers = backup.numbers;
  model_.inbox = backup.inbox;
  model_.letters = backup.letters;
}

}  // namespace oms::simulate
