#include "tools/simulate/customer.h"

#include <memory>

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration patience = seconds{10};
constexpr int tries_max = 8;

}  // namespace

void Customer::begin() {
  stage_.agenda.at(stage_.beginning + plan_.at, [this] { place(); });
}

// Sends the message and waits for an answer. A customer who gets none, or is told to try again
// later, does so; `hear` is called with nothing but what was decided.
void Customer::ask(Message message, runtime::Lane lane, Hear hear) {
  const auto is_over = std::make_shared<bool>(false);
  const auto retry = [this, is_over] {
    if (!std::exchange(*is_over, true)) try_again();
  };
  stage_.agenda.in(patience, retry);
  edge_.submit(std::move(message), lane,
               [this, is_over, retry, hear = std::move(hear)](const Result<Record>& answer) {
                 if (!is_no_answer(answer)) stage_.hazards.call();  // decided, and never told
                 if (*is_over) return;
                 if (is_no_answer(answer)) return retry();
                 *is_over = true;
                 hear(answer);
               });
}

// Accounts have numbers.
std::string Customer::customer_id() const {
  const bool is_on_account = plan_.method == PaymentMethod::account;
  return (is_on_account ? "" : "c") + std::to_string(plan_.customer);
}

Message Customer::place_message(std::string_view body) {
  Message message{.id = {}, .order_id = edge_.fresh_id(), .fresh = true};
  PlaceOrder place{.customer_id = customer_id(), .saga = plan_.saga, .lines = plan_.lines};
  place.face = plan_.face();
  place.method = plan_.method;
  if (plan_.method == PaymentMethod::card) {
    place.payment_token = plan_.paying == Paying::is_declined ? "tok_chargeDeclined" : "tok_visa";
  }
  place.customer = {.name = "C", .email = plan_.email(), .phone_number = plan_.phone_number()};
  message.payload = std::move(place);
  if (plan_.has_key) {
    message.once = Once{.key = ShortText{"key-" + std::to_string(plan_.number)},
                        .fingerprint = std::string{body}};
  }
  stage_.oracle.requested(plan_.number, message);
  return message;
}

void Customer::place() {
  ++tries_;
  auto message = place_message();
  stage_.note(message.order_id, "place", [] { return "the customer places the order"; });
  const bool clashes = tries_ == 1 && plan_.faults.has(Fault::request_clashes);
  const bool is_first = clashes && stage_.chance_of(message.order_id).one_in(2);
  if (is_first) clash();
  const auto id = message.order_id;
  ask(std::move(message), runtime::Lane::normal,
      [this, id](const Result<Record>& answer) { on_placed(id, answer); });
  if (clashes && !is_first) clash();
}

// A second request bears the same key: the first is accepted, and the second is refused. A request
// that is refused for itself leaves the key to the other.
void Customer::clash() {
  auto message = place_message("a clashing body");
  auto& lines = std::get<PlaceOrder>(message.payload).lines;
  if (lines.empty()) {
    lines.push_back({.product_id = stage_.scenario.shelves.front().product_id, .quantity = 1});
  } else if (stage_.chance_of(message.order_id).one_in(2)) {
    lines.clear();
  } else {
    ++lines.front().quantity;
  }
  stage_.oracle.clashes(message);
  stage_.note(message.order_id, "clash", [] { return "another body comes under the same key"; });
  const auto id = message.order_id;
  edge_.submit(std::move(message), runtime::Lane::normal, [this, id](const Result<Record>& answer) {
    if (is_no_answer(answer)) return;
    stage_.hazards.call();
    stage_.mark(Fault::request_clashes, answer ? answer->as<orders::Order>()->id : id);
    stage_.oracle.told_clash(plan_.number, id, answer);
  });
}

void Customer::try_again() {
  if (order_id_ || tries_ == tries_max) return;
  stage_.agenda.in(seconds{2} * tries_, [this] {
    if (!order_id_) place();
  });
}

void Customer::on_placed(const Id& asked, const Result<Record>& answer) {
  if (!answer) return stage_.oracle.told_refused(plan_.number, asked, answer.error());
  const auto& order = *answer->as<orders::Order>();
  stage_.oracle.told_placed(plan_.number, plan_.has_key, order);
  stage_.note(order.id, "accepted", [] { return "the customer hears that it is accepted"; });
  if (order_id_) return;
  order_id_ = order.id;
  if (plan_.cancelling == Cancelling::at_leisure) cancel_in(plan_.cancel_after);
  auto& chance = stage_.chance_of(*order_id_);
  if (plan_.faults.has(Fault::request_repeated)) {
    stage_.agenda.in(chance.between(Duration{0}, seconds{60}), [this] { repeat(); });
  }
  if (plan_.faults.has(Fault::request_altered)) {
    stage_.agenda.in(chance.between(Duration{0}, seconds{60}), [this] { alter(); });
  }
  if (plan_.repeats_after) {
    stage_.agenda.in(*plan_.repeats_after, [this] { repeat_late(); });
  }
  if (const auto* life = stage_.oracle.life(*order_id_)) see(*life->order);
}

void Customer::repeat() {
  stage_.mark(Fault::request_repeated, *order_id_);
  stage_.note(*order_id_, "repeat", [] { return "the customer sends the same request again"; });
  auto message = place_message();
  const auto id = message.order_id;
  ask(std::move(message), runtime::Lane::normal,
      [this, id](const Result<Record>& answer) { on_placed(id, answer); });
}

// Once only: a retry could come after the key has expired.
void Customer::repeat_late() {
  stage_.note(*order_id_, "repeat", [] { return "the customer sends the same request late"; });
  auto message = place_message();
  const auto id = message.order_id;
  edge_.submit(std::move(message), runtime::Lane::normal, [this, id](const Result<Record>& answer) {
    if (is_no_answer(answer)) return;
    stage_.hazards.call();
    on_placed(id, answer);
  });
}

void Customer::alter() {
  stage_.mark(Fault::request_altered, *order_id_);
  stage_.note(*order_id_, "alter", [] { return "the customer sends another body, same key"; });
  auto message = place_message("another body");
  ask(std::move(message), runtime::Lane::normal, [this](const Result<Record>& answer) {
    stage_.oracle.told_altered(plan_.number, *order_id_, answer);
  });
}

void Customer::see(const orders::Order& order) {
  if (!order_id_ || *order_id_ != order.id) return;
  if (order.status != OrderStatus::waiting_payment || order.payment_link.empty()) return;
  const bool is_new = std::exchange(link_, order.payment_link) != order.payment_link;
  if (is_new && order.revision) is_at_page_ = false;  // the old page takes no money any more
  go_to_pay(plan_.think);
}

void Customer::see_link_early(const Id& order_id) {
  if (!plan_.faults.has(Fault::webhook_early) || stage_.is_healed()) return;
  order_id_ = order_id;
  go_to_pay(Duration{0});
}

void Customer::go_to_pay(Duration think) {
  if (std::exchange(is_at_page_, true)) return;
  stage_.agenda.in(think, [this] { pay(); });
  for (const auto fault : {Fault::webhook_forged, Fault::wrong_currency, Fault::less_money}) {
    if (plan_.faults.has(fault) && !has_forged_) forge(fault, think);
  }
  has_forged_ = true;
  if (plan_.cancelling == Cancelling::while_paying) {
    cancel_in(std::max(think + plan_.cancel_after - milliseconds{20}, Duration{0}));
  }
}

void Customer::forge(Fault fault, Duration think) {
  const auto when = stage_.chance_of(*order_id_).between(Duration{0}, think + seconds{30});
  stage_.agenda.in(when, [this, fault] {
    if (stage_.is_healed()) return;
    stage_.mark(fault, *order_id_);
    provider_.forge(*order_id_, fault);
  });
}

void Customer::pay() {
  if (plan_.faults.has(Fault::expiry_races_payment)) {
    stage_.mark(Fault::expiry_races_payment, *order_id_);
  }
  if (plan_.faults.has(Fault::webhook_early)) stage_.mark(Fault::webhook_early, *order_id_);
  if (plan_.paying == Paying::pays) provider_.pay(*order_id_);
  if (plan_.paying == Paying::is_declined) be_declined(stage_.chance_of(*order_id_).between(1, 6));
  if (plan_.cancelling == Cancelling::after_paying) cancel_in(plan_.cancel_after);
}

// Some leave after a card or two, some try another that is good, and one wears the link out.
void Customer::be_declined(std::int64_t cards) {
  provider_.decline(*order_id_);
  auto& chance = stage_.chance_of(*order_id_);
  const auto soon = chance.between(Duration{0}, seconds{3});
  if (cards > 1) {
    stage_.agenda.in(soon, [this, cards] { be_declined(cards - 1); });
  } else if (chance.one_in(2)) {
    stage_.agenda.in(soon, [this] { provider_.pay(*order_id_); });
  }
}

void Customer::cancel_in(Duration span) {
  stage_.agenda.in(span, [this] { cancel(); });
}

void Customer::cancel() {
  if (plan_.faults.has(Fault::cancel_races_payment)) {
    stage_.mark(Fault::cancel_races_payment, *order_id_);
  }
  const bool by_operator = plan_.face() != Face::customers;
  stage_.note(*order_id_, "cancel", [] { return "the customer cancels"; });
  const bool is_late = stage_.oracle.cancel_asked(*order_id_);
  edge_.submit({.id = {},
                .order_id = *order_id_,
                .payload = CancelOrder{.customer_id = by_operator ? "" : customer_id()}},
               runtime::Lane::urgent,
               [this, id = *order_id_, is_late](const Result<Record>& answer) {
                 if (is_no_answer(answer)) return;
                 stage_.hazards.call();
                 stage_.oracle.told_cancelled(id, is_late, answer);
               });
}

}  // namespace oms::simulate
