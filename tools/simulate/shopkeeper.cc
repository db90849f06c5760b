#include "tools/simulate/shopkeeper.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>

#include "codec/json_names.h"
#include "runtime/records.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int replays_max = 2;

// By line: one or two of them, some of each. By amount: anything, all of it, or a cent too much.
RefundOrder drawn(const RefundWish& wish, const orders::Order& order) {
  Chance chance{wish.choice};
  RefundOrder asked{.goods_come_back = wish.refunding == Refunding::everything_with_goods,
                    .reason = "as asked"};
  if (wish.refunding == Refunding::amount) {
    asked.amount = chance.between(MinorUnits{1}, std::max<MinorUnits>(order.total, 1));
    if (chance.one_in(4)) asked.amount = order.total + chance.between(0, 1);
  }
  if (wish.refunding != Refunding::lines) return asked;
  for (auto left = chance.between(1, 2); left > 0; --left) {
    const auto line = chance.below(order.lines.size());
    asked.lines.push_back({.line = static_cast<std::int32_t>(line + 1),
                           .quantity = chance.between(std::int64_t{1}, order.lines[line].quantity),
                           .comes_back = chance.one_in(2)});
  }
  return asked;
}

// All lines, or a few of them, some of these new: more, less, none, or tried again.
void draw_lines(ReviseOrder& asked, const orders::Order& order, const std::vector<Shelf>& shelves,
                Chance& chance) {
  if (chance.one_in(4)) {
    asked.all = chance.one_in(2) ? LineStatus::executed : LineStatus::cancelled;
    if (chance.one_in(2)) return;
  }
  for (auto left = chance.between(1, 3); left > 0; --left) {
    RevisedLine line{.product_id = order.lines[chance.below(order.lines.size())].product_id};
    if (chance.one_in(4)) line.product_id = shelves[chance.below(shelves.size())].product_id;
    if (!chance.one_in(4)) line.quantity = chance.between(1, chance.one_in(8) ? 1'000'000 : 6);
    if (chance.one_in(4)) line.status = LineStatus::cancelled;
    asked.lines.push_back(std::move(line));
  }
}

std::string drawn_note(Chance& chance) {
  return chance.one_in(3) ? "note " + std::to_string(chance.below(3)) : std::string{};
}

// The whole new list: more, less or none of what there was, now and then something else.
void draw_list(ReviseOrder& asked, const orders::Order& order, const std::vector<Shelf>& shelves,
               Chance& chance) {
  std::map<std::string, std::int64_t> known;
  for (const auto& line : order.lines) known[line.product_id] += line.quantity;
  for (const auto& [product, quantity] : known) {
    if (chance.one_in(4)) continue;
    RevisedLine line{.product_id = product, .note = drawn_note(chance)};
    const auto most = chance.pick(std::array<std::int64_t, 4>{quantity, quantity, 3, 1'000'000});
    if (!chance.one_in(4)) line.quantity = chance.between(1, std::max<std::int64_t>(most, 1));
    asked.lines.push_back(std::move(line));
  }
  if (asked.lines.empty() || chance.one_in(4)) {
    asked.lines.push_back({.product_id = shelves[chance.below(shelves.size())].product_id,
                           .quantity = chance.between(1, 4)});
  }
}

ReviseOrder drawn(const RevisionWish& wish, const orders::Order& order,
                  const std::vector<Shelf>& shelves) {
  Chance chance{wish.choice};
  ReviseOrder asked{.face = order.face};
  if (chance.one_in(2)) asked.customer_id = order.customer_id;
  if (chance.one_in(6)) asked.versions = {order.version - chance.between(0, 1)};
  if (order.face == Face::fulfilment) {
    draw_lines(asked, order, shelves, chance);
    return asked;
  }
  if (chance.one_in(4)) asked.note = drawn_note(chance);
  if (!asked.note || chance.one_in(2)) draw_list(asked, order, shelves, chance);
  return asked;
}

}  // namespace

void Shopkeeper::begin() {
  const auto& scenario = stage_.scenario;
  for (std::size_t i = 0; i < scenario.restocks.size(); ++i) {
    stage_.agenda.at(stage_.beginning + scenario.restocks[i].at,
                     [this, i] { put_on_shelf(stage_.scenario.restocks[i], i); });
  }
  for (std::size_t i = 0; i < scenario.refunds.size(); ++i) {
    stage_.agenda.at(stage_.beginning + scenario.refunds[i].at,
                     [this, i] { refund(stage_.scenario.refunds[i], i); });
  }
  for (std::size_t i = 0; i < scenario.revisions.size(); ++i) {
    stage_.agenda.at(stage_.beginning + scenario.revisions[i].at,
                     [this, i] { revise(stage_.scenario.revisions[i], i); });
  }
  for (const auto& intervention : scenario.interventions) {
    stage_.agenda.at(stage_.beginning + intervention.at,
                     [this, &intervention] { step_in(intervention); });
  }
  for (const auto& opening : scenario.openings) {
    stage_.agenda.at(stage_.beginning + opening.at, [this, &opening] { open_account(opening); });
  }
  for (const auto& change : scenario.price_changes) {
    stage_.agenda.at(stage_.beginning + change.at, [this, &change] { set_price(change); });
  }
}

void Shopkeeper::ask(Message message, Hear hear) {
  const auto is_over = std::make_shared<bool>(false);
  const auto retry = [this, is_over, message, hear] {
    if (std::exchange(*is_over, true)) return;
    stage_.agenda.in(seconds{3}, [this, message, hear] { ask(message, hear); });
  };
  stage_.agenda.in(seconds{10}, retry);
  edge_.submit(message, runtime::Lane::urgent, [this, is_over, retry, hear](const auto& answer) {
    if (!is_no_answer(answer)) stage_.hazards.call();
    if (*is_over) return;
    if (is_no_answer(answer)) return retry();
    *is_over = true;
    if (hear) hear(answer);
  });
}

// With a key it is repeated until it is answered. Without, once must do: nobody knows how often it
// would count.
void Shopkeeper::put_on_shelf(const Restock& restock, std::size_t number) {
  stage_.oracle.restock_tried(restock);
  Message message{
      .id = {},
      .order_id = {},
      .payload = RestockItem{.product_id = restock.product_id, .quantity = restock.quantity}};
  if (!restock.has_key) {
    edge_.submit(std::move(message), runtime::Lane::urgent, [this, &restock](const auto& answer) {
      if (answer) stage_.oracle.restock_told(restock);
    });
    return;
  }
  message.once = Once{.key = ShortText{"restock-" + std::to_string(number)}, .fingerprint = "body"};
  const auto is_told = std::make_shared<bool>(false);
  ask(std::move(message), [this, &restock, is_told](const auto& answer) {
    if (answer && !std::exchange(*is_told, true)) stage_.oracle.restock_told(restock);
  });
}

void Shopkeeper::set_price(const PriceChange& change) {
  stage_.oracle.price_asked(change);
  ask({.id = {},
       .order_id = {},
       .payload = SetItem{.product_id = change.product_id, .price = change.price}},
      [this, &change](const auto& answer) { stage_.oracle.price_told(change, answer); });
}

void Shopkeeper::see(const Change& change) {
  if (!change.record) return;
  if (const auto* ticket = change.record.as<kitchen::Ticket>()) return see(*ticket);
  if (const auto* delivery = change.record.as<delivery::Delivery>()) return see(*delivery);
  if (const auto* letter = change.record.as<runtime::DeadLetter>()) {
    see_letter(letter->id, letter->order_id);
  }
}

// With a key it is repeated until it is answered; without, once must do: it may have been done.
void Shopkeeper::change(const Id& order_id, Payload asked, const std::string& key, Hear hear) {
  Message message{.id = {}, .order_id = order_id, .payload = std::move(asked)};
  if (!key.empty()) {
    message.once = Once{.key = ShortText{key}, .fingerprint = "body"};
    return ask(std::move(message), std::move(hear));
  }
  edge_.submit(std::move(message), runtime::Lane::urgent, [hear](const auto& answer) {
    if (!is_no_answer(answer)) hear(answer);
  });
}

// Asked for until it is answered: it may be opened more than once, each time under a number of its
// own.
void Shopkeeper::open_account(const Opening& opening) {
  ask({.id = {},
       .order_id = {},
       .payload = OpenAccount{.full_name = "C", .balance = opening.balance, .currency = "usd"}},
      [this, &opening](const auto& answer) { stage_.oracle.told_opened(opening.balance, answer); });
}

// What is asked for is drawn from what was ordered.
void Shopkeeper::refund(const RefundWish& wish, std::size_t number) {
  const auto* life = stage_.oracle.life_of(wish.order);
  if (life == nullptr) return;
  const auto id = life->id;
  const auto asked = drawn(wish, *life->order);
  stage_.note(id, "refund", [] { return std::string{"the operator refunds"}; });
  const auto told = stage_.oracle.refund_asked(id, asked);
  change(id, asked, wish.has_key ? "refund-" + std::to_string(number) : std::string{},
         [this, id, told](const auto& answer) { stage_.oracle.told_refund(id, told, answer); });
}

void Shopkeeper::revise(const RevisionWish& wish, std::size_t number) {
  const auto* life = stage_.oracle.life_of(wish.order);
  if (life == nullptr) return;
  const auto id = life->id;
  const auto asked = drawn(wish, *life->order, stage_.scenario.shelves);
  stage_.note(id, "revise", [] { return std::string{"somebody changes the lines"}; });
  const auto told = stage_.oracle.revision_asked(id, asked);
  change(id, asked, wish.has_key ? "revise-" + std::to_string(number) : std::string{},
         [this, id, told](const auto& answer) { stage_.oracle.told_revision(id, told, answer); });
}

// Once, and never blindly: a step is skipped only where it has happened, and what is on its way is
// not called back.
void Shopkeeper::step_in(const Intervention& intervention) {
  using enum HandleSaga::Action;
  const auto* life = stage_.oracle.life_of(intervention.order);
  if (life == nullptr || !life->saga) return;
  const auto id = life->id;
  const auto action = intervention.action;
  if (action == skip && !has_step_happened(*life)) return;
  // Nobody takes back what is on its way, or may be by the time that this is heard.
  const auto& step = life->saga->main.step;
  const bool may_be_cooked = step == "prepare" || step == "deliver" || step == "hand_over";
  if (action == abort && may_be_cooked && (stage_.is_apart() || life->delivery)) return;
  stage_.note(id, "step in",
              [&] { return "the operator steps in: " + std::string{json::name_of(action)}; });
  stage_.mark(action == abort ? Fault::saga_aborted : Fault::saga_helped, id);
  stage_.oracle.handled(id, action);
  edge_.submit({.id = {}, .order_id = id, .payload = HandleSaga{.action = action}},
               runtime::Lane::urgent, [this, id](const auto& answer) {
                 if (!is_no_answer(answer)) stage_.oracle.told_handled(id, answer);
               });
}

// Slow are those who take longer than the saga waits.
bool Shopkeeper::is_slow(Fault fault, const OrderPlan* plan) const {
  return plan != nullptr && plan->faults.has(fault);
}

void Shopkeeper::see(const kitchen::Ticket& ticket) {
  using enum kitchen::TicketStatus;
  using Action = HandleTicket::Action;
  const auto* plan = stage_.plan_of(ticket.id);
  auto& chance = stage_.chance_of(ticket.id);
  const auto handle = [&](Action action, Duration after) {
    stage_.agenda.in(after, [this, id = ticket.id, action] {
      if (action == Action::reject) stage_.mark(Fault::ticket_rejected, id);
      stage_.oracle.handled(id, action);
      ask({.id = {}, .order_id = id, .payload = HandleTicket{.action = action}});
    });
  };
  const bool is_unwanted = plan != nullptr && plan->faults.has(Fault::ticket_rejected);
  if (ticket.status == waiting && is_unwanted) {
    return handle(Action::reject, chance.between(milliseconds{0}, seconds{2}));
  }
  if (!stage_.scenario.settings.kitchen.by_hand) return;
  if (ticket.status == waiting)
    handle(Action::accept, chance.between(milliseconds{10}, minutes{1}));
  if (ticket.status != preparing) return;
  const auto limit = stage_.scenario.settings.limits.kitchen;
  const bool takes_long = is_slow(Fault::cook_slow, plan);
  const auto takes = takes_long ? limit + chance.between(Duration{0}, limit)
                                : chance.between(milliseconds{10}, minutes{5});
  if (takes_long) {
    stage_.agenda.in(limit, [this, id = ticket.id] { stage_.mark(Fault::cook_slow, id); });
  }
  handle(Action::ready, takes);
}

void Shopkeeper::see(const delivery::Delivery& delivery) {
  using enum delivery::DeliveryStatus;
  using Action = HandleDelivery::Action;
  const auto* plan = stage_.plan_of(delivery.id);
  const auto& settings = stage_.scenario.settings;
  const bool fails = plan != nullptr && plan->faults.has(Fault::delivery_failed);
  const bool is_begun = delivery.status == on_the_way || delivery.status == waiting;
  auto& chance = stage_.chance_of(delivery.id);
  auto action = Action::dispatch;
  if (delivery.status == on_the_way) action = fails ? Action::fail : Action::deliver;
  if (delivery.status == waiting) action = Action::collect;
  if (!is_begun && delivery.status != assigned) return;
  // By themselves they go on, too; somebody may hand over what would count as collected soon.
  const bool is_by_hand = settings.delivery.by_hand || action == Action::fail ||
                          (action == Action::collect && chance.one_in(2));
  if (!is_by_hand) return;
  const auto limit =
      action == Action::collect ? settings.limits.collection : settings.limits.delivery;
  const bool takes_long = is_begun && is_slow(Fault::courier_slow, plan);
  const auto after = takes_long ? limit + chance.between(Duration{0}, limit)
                                : chance.between(milliseconds{10}, minutes{1});
  if (takes_long) {
    stage_.agenda.in(limit, [this, id = delivery.id] { stage_.mark(Fault::courier_slow, id); });
  }
  stage_.agenda.in(after, [this, id = delivery.id, action] {
    if (action == Action::fail) stage_.mark(Fault::delivery_failed, id);
    stage_.oracle.handled(id, action);
    ask({.id = {}, .order_id = id, .payload = HandleDelivery{.action = action}});
  });
}

void Shopkeeper::see_letter(const Id& id, const Id& order_id) {
  if (!in_hand_.insert(id).second) return;
  const bool is_hopeless = ++replays_[order_id] > replays_max;
  const auto action =
      is_hopeless ? SettleDeadLetter::Action::drop : SettleDeadLetter::Action::replay;
  stage_.note(order_id, "dead letter", [] { return "a message is set aside"; });
  stage_.agenda.in(stage_.chance_of(order_id).between(milliseconds{10}, minutes{5}), [this, id,
                                                                                      order_id,
                                                                                      action] {
    ask({.id = {}, .order_id = order_id, .payload = SettleDeadLetter{.id = id, .action = action}},
        [this, id, order_id](const auto&) {
          in_hand_.erase(id);
          // The same message may have been set aside again in the meantime.
          const bool is_left = stage_.oracle.model().letters.contains(id);
          if (is_left) see_letter(id, order_id);
        });
  });
}

}  // namespace oms::simulate
