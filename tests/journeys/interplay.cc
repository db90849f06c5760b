#include "tests/journeys/interplay.h"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "codec/json_names.h"

namespace oms::testing {
namespace {

using sagas::Event;
using sagas::Outcome;
using sagas::Stage;
using sagas::State;

constexpr std::int64_t shelf = 20;
constexpr std::int64_t price = 450;
constexpr const char* product = "1";

process::Settings people() {
  process::Settings settings;
  settings.kitchen.by_hand = true;
  settings.delivery.by_hand = true;
  return settings;
}

std::string word_of(const Result<Record>& result) {
  if (result) return "ok";
  const auto kind = result.error().kind;
  const bool is_unknown = kind == ErrorKind::not_found || kind == ErrorKind::internal;
  return is_unknown ? "unknown" : "refused";
}

// What the provider is asked for by that step.
PaymentOperation::Kind operation_of(sagas::Command act) {
  using enum PaymentOperation::Kind;
  switch (act) {
    case sagas::Command::collect_payment:
      return create_link;
    case sagas::Command::authorize_payment:
      return authorize;
    case sagas::Command::capture_payment:
      return capture;
    default:
      return charge;
  }
}

class Order {
 public:
  Order(const State& state, Wiring wiring)
      : state_(state), life_(state.life->name), world_(people(), wiring), id_(world_.new_id()) {
    (void)world_.send({}, SetItem{.product_id = product, .on_hand = shelf});
  }

  void reach() {
    const bool is_provider_late = !state_.is_over() && asks_provider() && !has_begun();
    if (is_provider_late) world_.only_concerns = operation_of(state_.at().act);
    world_.is_provider_silent = is_provider_late && state_.stage == Stage::asked;
    world_.loses_answers = state_.stage == Stage::unheard;
    place();
    if (state_.is_cancelled) cancel_first();
    while (!is_there()) {
      if (!step()) throw std::runtime_error("the order does not get there");
    }
    if (state_.change == nullptr) return;
    world_.is_provider_silent = true;
    (void)happen(state_.change->name == "refund" ? Event::partial_refund : Event::revise);
  }

  std::string happen(Event event) {
    switch (event) {
      case Event::cancel:
        return word_of(world_.send(id_, CancelOrder{.customer_id = owner()}));
      case Event::pay:
        return word_of(world_.say(id_, ProviderWord::paid));
      case Event::expire:
        return word_of(world_.say(id_, ProviderWord::expired));
      case Event::decline:
        return word_of(world_.say(id_, ProviderWord::declined));
      case Event::late_money:
        world_.pay(id_, false);
        return "ok";
      case Event::revise:
        return word_of(
            world_.send(id_, ReviseOrder{.customer_id = "c1",
                                         .lines = {{.product_id = product, .quantity = 1}},
                                         .face = face()}));
      case Event::partial_refund:
        return word_of(world_.send(id_, RefundOrder{.lines = {{.line = 1, .quantity = 1}}}));
      case Event::delivery_fails:
        return handle(HandleDelivery::Action::fail);
      case Event::kitchen_refuses:
        return handle(HandleTicket::Action::reject);
    }
    return {};
  }

  void go_on() {
    world_.is_provider_silent = false;
    world_.loses_answers = false;
    using std::chrono::minutes;
    for (const auto span : {minutes{1}, minutes{10}, minutes{60}}) {
      for (int i = 0; i < 8; ++i) {
        while (step()) {
        }
        world_.clock.advance(span);
        world_.wait(std::chrono::seconds{15});  // replicas find that they were away, and come back
      }
    }
  }

  Ending ended(std::string answer) {
    const auto* payment = world_.get<payments::Payment>(id_.text());
    const auto* item = world_.get<stock::Item>(product);
    return {.answer = std::move(answer),
            .status = order().status,
            .reason = order().reason,
            .sold = shelf - item->on_hand(),
            .paid = payment == nullptr ? 0 : payment->captured,
            .kept = payment == nullptr ? 0 : payment->captured - payment->refunded,
            .left_over = left_over(*item)};
  }

 private:
  const orders::Order& order() { return *world_.get<orders::Order>(id_.text()); }
  const coordinator::Saga& saga() { return *world_.get<coordinator::Saga>(id_.text()); }
  bool is_by_card() const { return life_ == "prepaid" || life_ == "checkout"; }
  bool has_begun() const { return state_.stage == Stage::begun; }
  bool asks_provider() const {
    using enum sagas::Command;
    const auto act = state_.at().act;
    return act != prepare_order && act != deliver_order && act != hand_over;
  }
  Face face() const {
    if (life_ == "supply") return Face::fulfilment;
    return life_ == "prepaid" ? Face::event_chain : Face::customers;
  }
  // Of a cancellation: the operator where no customer can.
  std::string owner() const { return face() == Face::customers ? "c1" : ""; }

  void place() {
    const auto* const card = state_.is_cancelled ? "tok_declined" : "tok_visa";
    const auto placed = world_.send(
        id_, PlaceOrder{.customer_id = "c1",
                        .saga = std::string{life_},
                        .lines = {{product, 2}},
                        .face = face(),
                        .method = is_by_card() ? PaymentMethod::card : PaymentMethod::link,
                        .payment_token = is_by_card() ? card : ""});
    if (!placed) throw std::runtime_error("the order was refused: " + placed.error().detail);
  }

  void cancel_first() {
    if (face() == Face::fulfilment) {
      (void)world_.send(
          id_, ReviseOrder{.customer_id = "c1", .all = LineStatus::cancelled, .face = face()});
    } else if (!is_by_card()) {
      (void)happen(Event::cancel);
    }
  }

  bool is_there() {
    if (state_.is_cancelled) return order().status == OrderStatus::cancelled;
    if (state_.is_completed()) return order().status == OrderStatus::completed;
    const bool shows_begun = order().status == state_.at().shows_started;
    return saga().main.step == state_.at().name && shows_begun == has_begun();
  }

  std::string handle(HandleTicket::Action action) {
    return word_of(world_.send(id_, HandleTicket{.action = action}));
  }
  std::string handle(HandleDelivery::Action action) {
    return word_of(world_.send(id_, HandleDelivery{.action = action}));
  }

  // What the customer or the shop does next; false: nothing.
  bool step() {
    if (order().status == OrderStatus::waiting_payment && !order().cancel_requested &&
        !orders::is_changing(order())) {
      (void)world_.say(id_, ProviderWord::paid);
      return order().status != OrderStatus::waiting_payment;
    }
    if (const auto* ticket = world_.get<kitchen::Ticket>(id_.text())) {
      using enum kitchen::TicketStatus;
      if (ticket->status == waiting) return handle(HandleTicket::Action::accept) == "ok";
      if (ticket->status == preparing) return handle(HandleTicket::Action::ready) == "ok";
    }
    if (const auto* delivery = world_.get<delivery::Delivery>(id_.text())) {
      using enum delivery::DeliveryStatus;
      if (delivery->status == assigned) return handle(HandleDelivery::Action::dispatch) == "ok";
      if (delivery->status == on_the_way) return handle(HandleDelivery::Action::deliver) == "ok";
      if (delivery->status == waiting) return handle(HandleDelivery::Action::collect) == "ok";
    }
    return false;
  }

  std::string left_over(const stock::Item& item) {
    std::string text;
    const auto expect = [&](bool holds, const char* what) {
      if (!holds) text += (text.empty() ? "" : ", ") + std::string{what};
    };
    expect(!saga().is_live(), "the saga is live");
    expect(is_final(order().status), "the order is live");
    expect(!orders::is_changing(order()), "a change is under way");
    expect(item.reserved == 0, "stock is reserved");
    return text;
  }

  State state_;
  std::string_view life_;
  World world_;
  Id id_;
};

// Where nothing happens in that state.
Ending usual(const State& state) {
  Ending ending{.answer = "ok"};
  if (state.is_cancelled) {
    ending = {.answer = "ok", .status = OrderStatus::cancelled, .sold = 0, .paid = 0};
    const bool is_by_card = state.life->name == "prepaid" || state.life->name == "checkout";
    ending.reason = is_by_card ? Reason::payment_failed : Reason::customer_request;
  }
  if (state.life->name == "supply") ending.paid = 0;
  ending.kept = ending.paid;
  if (state.change == nullptr) return ending;
  ending.kept = price;
  if (state.change->name != "refund") ending.sold = 1;
  if (state.change->name == "revise_unpaid") ending.paid = price;
  return ending;
}

Reason reason_for(const State& state, Event event) {
  switch (event) {
    case Event::expire: {
      const bool is_by_link = state.at().act == sagas::Command::collect_payment;
      return is_by_link ? Reason::payment_expired : Reason::payment_failed;
    }
    case Event::kitchen_refuses:
      return Reason::kitchen_rejected;
    default:
      return state.life->name == "prepaid" ? Reason::operator_request : Reason::customer_request;
  }
}

}  // namespace

std::string to_text(const Ending& ending) {
  return fmt::format("{}: {} {}, {} sold, {} paid, {} kept{}", ending.answer,
                     json::name_of(ending.status), json::name_of(ending.reason), ending.sold,
                     ending.paid, ending.kept,
                     ending.left_over.empty() ? "" : "; " + ending.left_over);
}

Ending expected(const State& state, Event event) {
  auto ending = usual(state);
  const auto outcome = sagas::outcome_of(state, event);
  switch (outcome) {
    case Outcome::goes_on:
      break;
    case Outcome::refused:
      ending.answer = "refused";
      break;
    case Outcome::unknown:
      ending.answer = "unknown";
      break;
    case Outcome::cancelled:
    case Outcome::refunded:
      ending.status = OrderStatus::cancelled;
      ending.reason = reason_for(state, event);
      ending.sold = ending.kept = 0;
      if (outcome == Outcome::cancelled) ending.paid = 0;
      break;
    case Outcome::sent_back:
      ending.paid = 2 * price;
      break;
    case Outcome::halved:
      ending.status = OrderStatus::completed;
      ending.reason = Reason::none;
      ending.sold = 1;
      ending.kept = std::min(ending.kept, price);
      // The other half is refunded, or was never asked for.
      if (state.step <= 1) ending.paid = ending.kept;
      break;
    case Outcome::half_refunded:
      ending.kept = price;
      break;
    case Outcome::change_fails:
      ending = usual({.life = state.life, .step = state.step, .stage = state.stage});
  }
  return ending;
}

Ending play(const State& state, Event event, Wiring wiring) {
  Order order{state, wiring};
  order.reach();
  auto answer = order.happen(event);
  order.go_on();
  return order.ended(std::move(answer));
}

}  // namespace oms::testing
