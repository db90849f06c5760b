#include "tools/simulate/world.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/json_names.h"
#include "runtime/correspondence.h"
#include "runtime/records.h"

namespace oms::simulate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Beyond the payment window: the longest pause between two attempts at the provider is 32 minutes,
// a kitchen by hand takes its time, and a clock that was an hour ahead comes back.
constexpr Duration ending_takes_at_most = hours{6};

// Far more than any run needs: one that reaches it would go on for ever.
std::uint64_t actions_max(const Scenario& scenario) {
  const auto orders = static_cast<std::uint64_t>(scenario.orders.size());
  const auto span = std::chrono::duration_cast<hours>(scenario.heals_after).count();
  // Services that live apart look around as long as a fault lasts.
  const auto looks = scenario.wiring == Wiring::apart ? static_cast<std::uint64_t>(span) : 0;
  return 100'000 + orders * (5'000 + 1'000 * looks);
}

// By then all that is old is forgotten, and archived.
Duration house_is_kept_within(const process::Settings& settings) {
  const auto longest = std::max(settings.retention_hours, settings.refund_window_hours);
  return hours{longest} + std::chrono::days{settings.archive_days} + hours{3};
}

std::string name_of(const Home& home) {
  if (!home.is_apart()) return {};
  return ": " + std::string{json::name_of(home.name())} + " " + std::to_string(home.place);
}

template <class... Ts>
void add_record(Fingerprint& print, const Record& record) {
  (void)((record.as<Ts>() != nullptr ? (print.add_value(*record.as<Ts>()), true) : false) || ...);
}

void add_change(Fingerprint& print, const Change& change) {
  print.add(change.key.type->table);
  print.add(change.key.id.view());
  print.add(change.expected);
  if (!change.record) return;
  add_record<orders::Order, coordinator::Saga, stock::Item, stock::Reservation, payments::Payment,
             payments::Account, payments::AccountMovement, payments::ClosedLinks, kitchen::Ticket,
             kitchen::Board, delivery::Delivery, notifications::Notices, runtime::InboxEntry,
             runtime::DeadLetter, stock::Movement>(print, change.record);
}

stock::Item item_of(const Shelf& shelf) {
  return {.id = shelf.product_id,
          .name = "Item " + shelf.product_id,
          .kind = "dish",
          .price_id = "price_" + shelf.product_id,
          .price = shelf.price,
          .currency = "usd",
          .preparation_ms = shelf.preparation_ms,
          .low_at = 10,
          .initial = shelf.on_hand};
}

// What the commit says of an order, for the reader of a timeline.
std::string told_by(const Change& change) {
  const auto is = [](const char* what, auto value) {
    return std::string{what} + " " + std::string{json::name_of(value)};
  };
  if (const auto* order = change.record.as<orders::Order>()) {
    return is("order", order->status) + ", version " + std::to_string(order->version);
  }
  if (const auto* saga = change.record.as<coordinator::Saga>()) {
    return is("saga", saga->main.phase) + " " + saga->main.step;
  }
  if (const auto* payment = change.record.as<payments::Payment>()) {
    return is("payment", payment->status);
  }
  if (const auto* reservation = change.record.as<stock::Reservation>()) {
    return is("reservation", reservation->state);
  }
  if (const auto* ticket = change.record.as<kitchen::Ticket>()) {
    return is("ticket", ticket->status);
  }
  if (const auto* delivery = change.record.as<delivery::Delivery>()) {
    return is("delivery", delivery->status);
  }
  if (const auto* letter = change.record.as<runtime::DeadLetter>()) {
    return "dead letter: " + letter->reason;
  }
  return std::string{change.key.type->table};
}

}  // namespace

World::World(const Scenario& scenario, bool is_told)
    : scenario_(scenario),
      stage_(scenario, is_told),
      exchange_(stage_, [this](ServiceName service) { return find(service); }),
      provider_(stage_, *this),
      shopkeeper_(stage_, *this) {
  if (stage_.is_apart()) {
    for (const auto& group : groups_of(scenario)) settle(group, scenario.replicas);
  } else {
    settle({}, 1);
  }
  for (const auto& plan : scenario.orders) {
    auto& customer = customers_.emplace_back(plan, stage_, *this, provider_);
    by_number_.emplace(plan.number, &customer);
  }
  provider_.on_link([this](const Id& order_id) {
    if (auto* customer = customer_of(order_id)) customer->see_link_early(order_id);
  });
}

// The order and its saga mostly live together, but need not.
std::vector<process::ServiceGroup> World::groups_of(const Scenario& scenario) {
  auto groups = process::groups_apart();
  if (!scenario.is_saga_alone) return groups;
  std::erase(groups.front(), ServiceName::coordinator);
  groups.push_back({ServiceName::coordinator});
  return groups;
}

// A store, and the homes of those who share it.
void World::settle(const process::ServiceGroup& services, int replicas) {
  auto& disk = disks_[services.empty() ? ServiceName::world : services.front()];
  for (int i = 0; i < replicas; ++i) {
    nodes_.push_back(
        {.home = {.place = nodes_.size(),
                  .services = services,
                  .disk = disk,
                  .post = &exchange_,
                  .written = [this](std::span<const Change> changes) { written(changes); },
                  .archive = &archive_}});
  }
}

Outcome World::run() {
  Outcome outcome{.beginning = stage_.beginning};
  try {
    stock_the_shelves();
    stage_.hazards.plan(scenario_, stage_.agenda);
    plan_restores();
    plan_clock_jumps();
    for (auto& node : nodes_) start(node);
    for (auto& customer : customers_) customer.begin();
    shopkeeper_.begin();
    run_until_rest();
  } catch (const Violation& violation) {
    outcome.violation = violation;
  } catch (const std::exception& surprise) {
    outcome.violation = Violation{.rule = "no_surprise", .detail = surprise.what()};
  }
  if (outcome.violation) {
    const auto* plan = stage_.plan_of(outcome.violation->order_id);
    outcome.broken_order = plan != nullptr ? plan->number : 0;
    stage_.note(outcome.violation->order_id, "broken", [&] {
      return "BROKEN " + outcome.violation->rule + ": " + outcome.violation->detail;
    });
  }
  for (const auto& [id, life] : stage_.oracle.model().lives) outcome.endings.count(life);
  outcome.simulated = stage_.now() - stage_.beginning;
  outcome.trace = stage_.journal.trace().value();
  outcome.marks = stage_.marks;
  outcome.lines = stage_.journal.take_lines();
  outcome.commits = commits_;
  outcome.crashes = starts_ - static_cast<int>(nodes_.size());
  outcome.calls = stage_.hazards.calls();
  outcome.messages = stage_.hazards.messages();
  outcome.rested_after = last_commit_ - (stage_.beginning + scenario_.heals_after);
  return outcome;
}

void World::stock_the_shelves() {
  std::vector<Change> changes;
  for (const auto& shelf : scenario_.shelves) {
    auto record = make_record(item_of(shelf));
    const auto key = record.key();
    changes.push_back({.key = key, .record = std::move(record), .expected = 0});
  }
  if (!disk_of(type_of<stock::Item>()).commit(changes))
    throw std::logic_error("the shelves could not be stocked");
  stage_.oracle.committed(changes);
}

void World::start(Node& node) {
  const bool is_off = stage_.hazards.strikes(Fault::clock_jump);
  if (++starts_ > static_cast<int>(nodes_.size())) stage_.oracle.restarted();
  node.process =
      std::make_unique<Process>(stage_, node.home, provider_, is_off ? clock_jump() : Duration{0},
                                static_cast<std::uint16_t>(starts_));
}

// Half of the jumps meet a process that runs, and are undone after a while; the others are seen at
// the next start.
void World::plan_clock_jumps() {
  for (const auto& incident : scenario_.incidents) {
    if (incident.fault != Fault::clock_jump || incident.choice % 2 != 0) continue;
    stage_.agenda.in(incident.at, [this, incident] {
      if (!stage_.hazards.strikes(Fault::clock_jump)) return;
      auto& node = nodes_.at(static_cast<std::size_t>(incident.choice) / 2 % nodes_.size());
      if (!node.process) return;
      node.process->set_wall(clock_jump());
      stage_.agenda.in(incident.lasts, [&node] {
        if (node.process) node.process->set_wall(Duration{0});
      });
    });
  }
}

Duration World::clock_jump() {
  stage_.mark_all(Fault::clock_jump);
  stage_.note({}, "the wall clock is an hour off");
  return stage_.chance.one_in(2) ? hours{1} : -hours{1};
}

void World::die(Node& node) {
  if (!node.process) return;
  if (node.home.has(ServiceName::coordinator)) stage_.mark_all(Fault::crash);
  stage_.mark(Fault::crash, node.process->undecided());
  stage_.note({}, "CRASH", [&] { return "CRASH" + name_of(node.home); });
  start_again(node);
}

void World::start_again(Node& node) {
  node.process.reset();
  stage_.agenda.in(stage_.chance.between(milliseconds{50}, seconds{3}), [this, &node] {
    if (node.process) return;
    stage_.note({}, "restart", [&] { return "restart" + name_of(node.home); });
    start(node);
  });
}

void World::run_until_rest() {
  const auto sagas_end = stage_.beginning + scenario_.heals_after +
                         scenario_.settings.limits.payment_window + ending_takes_at_most;
  auto deadline = sagas_end + scenario_.settings.payment.look_again_after;
  if (scenario_.keeps_house) deadline = deadline + house_is_kept_within(scenario_.settings);
  auto& agenda = stage_.agenda;
  std::uint64_t actions = 0;
  while (!agenda.is_empty()) {
    if (agenda.next() > deadline) break;
    if (stage_.now() <= sagas_end && agenda.next() > sagas_end) stage_.oracle.sagas_are_over();
    if (++actions > actions_max(scenario_)) broken("every_saga_ends", "it goes on without end");
    try {
      agenda.run_next();
    } catch (const Crash& crash) {
      die(nodes_.at(crash.process));
    }
  }
  stage_.oracle.at_rest();
  check_rest();
}

// Nothing is due, and nothing has stayed on its way.
void World::check_rest() {
  for (const auto& node : nodes_) {
    if (!node.process) continue;
    if (node.process->is_due()) broken("every_saga_ends", "a record is still due");
    if (node.process->is_sending()) broken("nothing_on_its_way", "a process sends without end");
  }
  for (auto& [service, disk] : disks_) {
    check_sent(service, disk);
  }
}

void World::check_sent(ServiceName service, MemoryStore& disk) {
  Query query{.type = &type_of<runtime::Correspondence>(), .limit = 1000};
  for (bool more = true; more;) {
    const auto page = disk.find(query);
    if (!page) throw std::logic_error("the correspondence cannot be listed");
    for (const auto& found : page->records) {
      for (const auto& with : found.record.as<runtime::Correspondence>()->channels) {
        if (with.unsent.empty() && with.early.empty()) continue;
        broken("nothing_on_its_way",
               fmt::format("{} has something left for or from {}", json::name_of(service),
                           json::name_of(with.there)));
      }
    }
    more = page->more;
    if (more) query.after = std::string{page->records.back().record.key().id.view()};
  }
}

MemoryStore& World::disk_of(const RecordType& type) {
  if (!stage_.is_apart()) return disks_.at(ServiceName::world);
  for (const auto& node : nodes_) {
    for (const auto service : node.home.services) {
      if (type.table.starts_with(json::name_of(service))) return node.home.disk;
    }
  }
  throw std::logic_error("nobody keeps such records");
}

// Of those that live, one by chance.
Process* World::find(ServiceName service) {
  std::vector<Process*> alive;
  for (const auto& node : nodes_) {
    if (node.home.has(service) && node.process) alive.push_back(node.process.get());
  }
  if (alive.size() < 2) return alive.empty() ? nullptr : alive.front();
  return alive[stage_.chance.below(alive.size())];
}

// The process that a request would reach. A dead letter lies where it was set aside.
Process* World::addressee(const Message& message) {
  if (!stage_.is_apart()) return nodes_.front().process.get();
  const auto* settle = std::get_if<SettleDeadLetter>(&message.payload);
  if (settle == nullptr) return find(destination(message.payload));
  const auto key = key_of<runtime::DeadLetter>(settle->id.text());
  for (auto& [service, disk] : disks_) {
    const auto letter = disk.get(key);
    if (letter && letter->record) return find(service);
  }
  return find(ServiceName::coordinator);  // it is gone, wherever it was
}

Id World::fresh_id() {
  if (auto* edge = find(ServiceName::orders)) return edge->fresh_id();
  Id::Bytes bytes{0xFF};
  bytes[11] = static_cast<std::uint8_t>(++spare_ids_);
  bytes[10] = static_cast<std::uint8_t>(spare_ids_ >> 8U);
  return Id{bytes};
}

void World::submit(Message message, runtime::Lane lane, runtime::Respond respond) {
  auto* process = addressee(message);
  if (process != nullptr) return process->offer(std::move(message), lane, std::move(respond));
  respond(fail(ErrorKind::unavailable, "nobody is there"));
}

void World::written(std::span<const Change> changes) {
  ++commits_;
  last_commit_ = stage_.now();
  for (const auto& change : changes) {
    if (!change.key.type->derived) add_change(stage_.journal.trace(), change);
    if (stage_.journal.is_kept() && change.record) tell(change);
  }
  mark_shelves(changes);
  stage_.oracle.committed(changes);
  for (const auto& change : changes) {
    shopkeeper_.see(change);
    const auto* saga = change.record ? change.record.as<coordinator::Saga>() : nullptr;
    if (saga != nullptr && saga->change) {
      stage_.hazards.reach(saga->change->run.step, stage_.now());
    }
    if (saga != nullptr && saga->main.phase == coordinator::Phase::undoing) {
      stage_.hazards.reach("undo " + saga->main.step, stage_.now());
    }
    const auto* order = change.record ? change.record.as<orders::Order>() : nullptr;
    if (order == nullptr) continue;
    if (auto* customer = customer_of(order->id)) customer->see(*order);
  }
}

// A restock and a reservation have met when they were decided in one batch.
void World::mark_shelves(std::span<const Change> changes) {
  for (const auto& change : changes) {
    const auto* item = change.record ? change.record.as<stock::Item>() : nullptr;
    if (item == nullptr) continue;
    const auto shelf = stage_.oracle.model().shelves.find(item->id);
    if (shelf == stage_.oracle.model().shelves.end() || !shelf->second.item) continue;
    const auto& before = *shelf->second.item;
    if (item->restocked != before.restocked) {
      stage_.mark(Fault::restock_races_reservation, changes);
    }
    if (item->price != before.price) stage_.mark(Fault::price_change, changes);
  }
}

void World::tell(const Change& change) {
  const auto id = Id::parse(change.key.id.view());
  if (!id) return;
  const auto* plan = stage_.plan_of(*id);
  stage_.journal.tell(stage_.now(), plan != nullptr ? plan->number : 0,
                      "committed: " + told_by(change));
}

Customer* World::customer_of(const Id& order_id) {
  const auto* plan = stage_.plan_of(order_id);
  if (plan == nullptr) return nullptr;
  const auto customer = by_number_.find(plan->number);
  return customer == by_number_.end() ? nullptr : customer->second;
}

Outcome play(const Scenario& scenario, bool is_told) {
  return World{scenario, is_told}.run();
}

}  // namespace oms::simulate
