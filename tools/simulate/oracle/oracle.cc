#include "tools/simulate/oracle/oracle.h"

#include <algorithm>
#include <utility>

#include "runtime/correspondence.h"
#include "runtime/records.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using stock::Reservation;
using stock::ReservationState;

// Requests, once nothing goes wrong any more.
constexpr int tries_to_be_heard = 3;

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
  return &type == &type_of<runtime::InboxEntry>() || &type == &type_of<runtime::Correspondence>() ||
         &type == &type_of<runtime::Seating>() || &type == &type_of<runtime::Sequence>() ||
         &type == &type_of<runtime::AuditEntry>();
}

bool take_into(Life& life, const Record& record) {
  return take_as(&Life::order, record, life) || take_as(&Life::saga, record, life) ||
         take_as(&Life::reservation, record, life) || take_as(&Life::payment, record, life) ||
         take_as(&Life::closed_links, record, life) || take_as(&Life::ticket, record, life) ||
         take_as(&Life::delivery, record, life) || take_as(&Life::notices, record, life);
}

}  // namespace

Oracle::Oracle(const Scenario& scenario, const Agenda& agenda)
    : scenario_(scenario), agenda_(agenda), beginning_(agenda.now()) {
  for (const auto& shelf : scenario.shelves) {
    auto& known = model_.shelves[shelf.product_id];
    known.initial = shelf.on_hand;
    known.preparation_ms = shelf.preparation_ms;
    known.prices_asked.insert(shelf.price);
  }
  const auto cooks = static_cast<std::size_t>(scenario.settings.kitchen.cooks);
  model_.kitchen.busy_until.resize(cooks);
}

bool Oracle::is_healed() const {
  return agenda_.now() >= beginning_ + scenario_.heals_after;
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

const Life* Oracle::life_of(std::uint64_t plan) const {
  const auto found = std::ranges::find_if(model_.lives, [&](const auto& entry) {
    return entry.second.number == plan && entry.second.order;
  });
  return found == model_.lives.end() ? nullptr : &found->second;
}

void Commit::clear() {
  touched.clear();
  moved.clear();
  accounts.clear();
  let_go.clear();
  unfunded.clear();
  stock_refused.clear();
  held.clear();
  held_by.clear();
  freed.clear();
  placed.clear();
  ticketed.clear();
  revised.clear();
  queued_before = 0;
  unqueued = 0;
  has_board = false;
}

void Oracle::committed(std::span<const Change> changes) {
  commit_.clear();
  commit_.number = ++model_.commits;
  note_refusals(changes);
  note_stock(changes);
  if (scenario_.wiring == Wiring::apart && scenario_.replicas > 1) note_queue(changes);
  for (const auto& change : changes) take(change);
  for (const auto& [life, before] : commit_.revised) take_revision(*life, before);
  check_kitchen(commit_, model_, scenario_, agenda_.now());
  for (const auto* life : commit_.touched) {
    check(*life);
    check_plan(*life, commit_, model_, scenario_, agenda_.now());
    check_promise(*life, scenario_, model_.restarts);
  }
  for (const auto& [life, before] : commit_.revised) {
    if (!goes_by_line(*life->order)) {
      check_new_prices(*life, *before, model_);
    } else if (scenario_.wiring == Wiring::together) {
      check_shortness(*life, *before, commit_, model_);
    }
  }
  for (const auto& refusal : commit_.stock_refused) {
    check_stock_refused(refusal, commit_, scenario_);
  }
  check_shelves();
  for (const auto& name : commit_.accounts) check_account(model_.accounts[name]);
  for (const auto* life : commit_.unfunded) check_unfunded(*life, commit_, model_);
}

// What there was when stock refused an order can only be told before the commit is taken in.
void Oracle::note_refusals(std::span<const Change> changes) {
  for (const auto& change : changes) {
    const auto* refused = change.record ? change.record.as<Reservation>() : nullptr;
    if (refused == nullptr || refused->state != ReservationState::refused) continue;
    const auto& life = known(refused->id);
    if (life.reservation || !life.wish) continue;
    StockRefusal refusal{.life = &life, .reason = refused->reason};
    for (const auto& line : life.wish->lines) {
      const auto shelf = model_.shelves.find(line.product_id);
      if (shelf == model_.shelves.end()) {
        refusal.available.push_back(0);
        continue;
      }
      const auto& [name, item] = *shelf;
      refusal.available.push_back(item.was_available.least(item.available(), agenda_.now()));
    }
    const auto& customer = life.wish->customer_id;
    const auto held = model_.held_by.find(customer);
    if (held != model_.held_by.end()) refusal.held = held->second;
    const auto was_held = model_.was_held_by.find(customer);
    if (was_held != model_.was_held_by.end()) {
      refusal.held = was_held->second.most(refusal.held, agenda_.now());
    }
    commit_.stock_refused.push_back(std::move(refusal));
  }
}

// What there was until this commit.
void Oracle::note_stock(std::span<const Change> changes) {
  const auto now = agenda_.now();
  const auto note = [&](std::string_view product) {
    auto& shelf = model_.shelves.find(product)->second;
    shelf.was_available.was(shelf.available(), now);
  };
  for (const auto& change : changes) {
    if (const auto* item = change.record ? change.record.as<stock::Item>() : nullptr) {
      note(item->id);
    }
    const auto* reservation = change.record ? change.record.as<Reservation>() : nullptr;
    if (reservation == nullptr) continue;
    const auto held = model_.held_by.find(reservation->customer_id);
    model_.was_held_by[reservation->customer_id].was(
        held == model_.held_by.end() ? 0 : held->second, now);
  }
  note_passing_stock(changes);
}

// What was taken and given back within this commit was gone for a moment.
void Oracle::note_passing_stock(std::span<const Change> changes) {
  std::map<std::string_view, std::int64_t> taken;
  for (const auto& change : changes) {
    const auto* made = change.record ? change.record.as<Reservation>() : nullptr;
    const bool is_taken = made != nullptr && made->state != ReservationState::refused;
    if (!is_taken || known(made->id).reservation) continue;
    for (const auto& line : made->lines) taken[line.product_id] += line.quantity;
  }
  for (const auto& [product, quantity] : taken) {
    auto& shelf = model_.shelves[std::string{product}];
    shelf.was_available.was(shelf.available() - quantity, agenda_.now());
  }
}

void Oracle::note_queue(std::span<const Change> changes) {
  const bool has_ticket = std::ranges::any_of(changes, [](const Change& change) {
    return change.record && change.record.as<kitchen::Ticket>() != nullptr;
  });
  if (has_ticket) model_.kitchen.was_waiting.was(model_.kitchen.waiting, agenda_.now());
}

// Services that live apart agree later, when all that they have told each other has come.
void Oracle::check(const Life& life) const {
  check_always(life, scenario_);
  if (scenario_.wiring == Wiring::together) check_records(life, Moment::under_way);
}

void Oracle::check_shelves() {
  auto& moved = commit_.moved;
  std::ranges::sort(moved);
  moved.erase(std::unique(moved.begin(), moved.end()), moved.end());
  for (const auto& name : moved) {
    const auto& shelf = model_.shelves[name];
    check_shelf(shelf);
    if (shelf.item) check_price(shelf);
  }
  const auto cap = scenario_.settings.stock.held_units_max;
  if (cap == 0) return;
  for (const auto& [customer, units] : model_.held_by) {
    if (units > cap) broken("hoarding", "customer " + customer + " holds more than is allowed");
  }
}

void Oracle::take(const Change& change) {
  const auto& type = *change.key.type;
  if (&type == &type_of<runtime::InboxEntry>()) return note_key(change);
  if (type.derived || is_for_itself(type)) return;
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
  if (take_account(change)) return;
  if (!change.record) return forget(change);
  if (&type == &type_of<orders::ArchivedOrder>()) return;  // it comes with the order's end
  if (&type == &type_of<stock::Item>()) return take_item(change.record);
  if (const auto* movement = change.record.as<stock::Movement>()) return take_movement(*movement);
  if (&type == &type_of<kitchen::Board>()) {
    const auto& board = model_.kitchen.board;
    commit_.has_board = true;
    commit_.queued_before = board ? board->waiting.size() : 0;
    return model_.kitchen.board.take(change.record);
  }
  const auto id = Id::parse(change.key.id.view());
  if (!id) broken("nothing_orphaned", "a record belongs to no order");
  Life& life = known(*id);
  auto& touched = commit_.touched;
  if (std::ranges::find(touched, &life) == touched.end()) touched.push_back(&life);
  if (life.forgotten.test(place_of(type))) {
    broken("forgotten_for_good", "a record came back that was forgotten", life);
  }
  if (const auto* order = change.record.as<orders::Order>()) {
    take_order(*order, life);
    life.changed_at = agenda_.now();
  }
  if (const auto* payment = change.record.as<payments::Payment>()) take_payment(*payment, life);
  if (const auto* after = change.record.as<Reservation>()) count(life.reservation.get(), *after);
  if (const auto* saga = change.record.as<coordinator::Saga>()) take_saga(*saga, life);
  if (const auto* ticket = change.record.as<kitchen::Ticket>()) take_ticket(*ticket, life);
  if (!take_into(life, change.record)) broken("nothing_orphaned", "a record of no known type");
  if (change.record.as<payments::ClosedLinks>() != nullptr) life.recount();
}

void Oracle::take_item(const Record& record) {
  const auto& item = *record.as<stock::Item>();
  auto& shelf = model_.shelves[item.id];
  if (!shelf.item || shelf.item->price != item.price) {
    shelf.prices.push_back({.commit = commit_.number, .price = item.price});
  }
  const auto restocked = shelf.item ? shelf.item->restocked : 0;
  commit_.freed[item.id] += item.restocked - restocked;
  shelf.item.take(record);
  commit_.moved.push_back(item.id);
}

// A line of an item's ledger: each comes once, and in its turn.
void Oracle::take_movement(const stock::Movement& movement) {
  auto& shelf = model_.shelves[movement.product_id];
  ++shelf.ledger_lines;
  shelf.ledger_on_hand += stock::change_of(movement.kind, movement.quantity);
  if (movement.number != shelf.ledger_lines || movement.on_hand != shelf.ledger_on_hand) {
    broken("shelf_explained", "line " + movement.id + " of a ledger does not add up");
  }
}

// A new order: only one may come of an idempotency key, and only one may have its number.
void Oracle::take_order(const orders::Order& order, Life& life) {
  if (life.number == 0) broken("nothing_orphaned", "an order that nobody has placed", life);
  const auto holder = model_.numbers.try_emplace(order.day_number, order.id).first->second;
  if (order.day_number.empty() || holder != order.id) {
    broken("number_unique", "an order without a number, or with another's", life);
  }
  if (life.order) {
    if (revised_by(*life.order, order) != 0) commit_.revised.emplace_back(&life, life.order);
    const bool is_begun = order.revision && !order.revision->lines.empty();
    if (is_begun) life.smaller_by[order.revision->change] = order.total - total_of(*order.revision);
    return;
  }
  commit_.placed.push_back(&life);
  if (life.key == 0) return;
  auto& key = model_.keys[life.key];
  if (key.order && *key.order != order.id) {
    broken("keys_repeat", "two orders of one idempotency key", life);
  }
  key.order = order.id;
}

void Oracle::take_saga(const coordinator::Saga& saga, Life& life) const {
  using enum coordinator::Phase;
  const bool turns_back = saga.main.phase == undoing || saga.main.phase == cancelled;
  if (turns_back && !life.given_up) life.given_up = agenda_.now();
}

// What a reservation keeps from the shelf of one line.
std::int64_t Oracle::weigh(const Reservation& reservation, std::size_t at) {
  if (at >= reservation.lines.size()) return 0;
  const auto& line = reservation.lines[at];
  if (reservation.state == ReservationState::held) return line.quantity;
  if (reservation.state != ReservationState::committed || reservation.returned) return 0;
  return line.quantity - line.returned;
}

void Oracle::count(const Reservation* before, const Reservation& after) {
  const Reservation none{.state = ReservationState::refused};
  const auto& past = before != nullptr ? *before : none;
  // Line by line a product may be there twice; elsewhere the list may have become another.
  const auto place_in = [&](const Reservation& reservation, std::string_view product,
                            std::size_t usual) {
    const auto& lines = reservation.lines;
    if (after.by_line) return std::min(usual, lines.size());
    if (usual < lines.size() && lines[usual].product_id == product) return usual;
    return static_cast<std::size_t>(
        std::ranges::find(lines, product, &stock::ReservedLine::product_id) - lines.begin());
  };
  const auto move = [&](const std::string& product, std::int64_t more, std::int64_t taken) {
    commit_.held[product] += taken;
    commit_.freed[product] += taken - more;
    commit_.moved.push_back(product);
    if (!after.by_line) return;
    auto& shelf = model_.shelves[product];
    shelf.is_by_line = true;
    (more > 0 ? shelf.sold : shelf.returned) += std::abs(more);
  };
  for (std::size_t i = 0; i < after.lines.size(); ++i) {
    const auto& line = after.lines[i];
    const auto more = weigh(after, i) - weigh(past, place_in(past, line.product_id, i));
    // What is new was all taken for a moment, though some of it may have come back at once.
    move(line.product_id, more,
         before == nullptr ? line.quantity : std::max<std::int64_t>(more, 0));
  }
  for (std::size_t i = 0; i < past.lines.size(); ++i) {
    const auto& product = past.lines[i].product_id;
    const bool is_gone = place_in(after, product, i) == after.lines.size();
    if (is_gone) move(product, -weigh(past, i), 0);
  }
  if (after.by_line) return;
  const auto add = [&](const Reservation& reservation, std::int64_t sign) {
    for (const auto& line : reservation.lines) {
      auto& shelf = model_.shelves[line.product_id];
      const auto quantity = sign * line.quantity;
      if (reservation.state == ReservationState::held) {
        shelf.held += quantity;
        model_.held_by[reservation.customer_id] += quantity;
      }
      if (reservation.state == ReservationState::committed) {
        shelf.sold += quantity;
        shelf.returned += reservation.returned ? quantity : sign * line.returned;
      }
      if (before == nullptr) commit_.held_by[reservation.customer_id] += quantity;
    }
  };
  if (before != nullptr) add(*before, -1);
  add(after, +1);
}

void Oracle::sagas_are_over() const {
  for (const auto& [id, life] : model_.lives) check_over(life);
}

void Oracle::at_rest() const {
  for (const auto& [id, life] : model_.lives) {
    check_ended(life, scenario_, model_.restarts);
    check_kept(life, scenario_, agenda_.now());
    check_reason(life, scenario_);
    check_events(life, scenario_, model_.restarts);
    if (scenario_.wiring == Wiring::apart) check_published(life);
  }
  for (const auto& [number, asking] : model_.asking) {
    if (asking.is_answered || asking.times_since_healed < tries_to_be_heard) continue;
    const auto asked = std::ranges::find_if(
        model_.lives, [&](const auto& entry) { return entry.second.number == number; });
    broken("everybody_is_heard", "a customer asked and asked, and was never answered",
           asked->second);
  }
  if (!model_.letters.empty()) {
    broken("nothing_set_aside", "dead letters are left that the operator could not settle");
  }
}

}  // namespace oms::simulate
