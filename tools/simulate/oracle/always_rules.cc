// What must be true of one order in every committed state, also where services live apart and have
// not heard of each other yet: no effect before its cause.
#include <algorithm>

#include "tools/check/story.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using kitchen::TicketStatus;
using stock::ReservationState;

bool is_over(const Life& life) {
  return life.has(OrderStatus::completed) || life.has(OrderStatus::cancelled);
}

// An order ends after its saga, and as it has.
void check_end(const Life& life) {
  using coordinator::Phase;
  if (!is_over(life) || life.order->revision) return;
  if (!life.saga || life.saga->main.is_live()) {
    broken("saga_told_truly", "the order is over and its saga is not", life);
  }
  if ((life.saga->main.phase == Phase::completed) != life.has(OrderStatus::completed)) {
    broken("saga_told_truly", "the saga and its order have ended differently", life);
  }
}

// What an order's lines come to for each product, with what has come back of them.
std::map<std::string, std::int64_t> wanted(const Life& life) {
  std::map<std::string, std::int64_t> sums;
  for (const auto& line : life.order->lines) sums[line.product_id] += line.quantity;
  for (const auto& [product, quantity] : life.removed) sums[product] += quantity;
  return sums;
}

bool has_taken_nothing(const stock::Reservation& reservation) {
  return std::ranges::all_of(reservation.lines,
                             [](const auto& line) { return line.quantity == 0; });
}

void check_stock(const Life& life) {
  if (!life.reservation) {
    const bool has_asked = life.order->status >= OrderStatus::waiting_payment &&
                           check::asks_for(*life.order, sagas::Command::reserve_stock);
    if (has_asked) broken("nothing_orphaned", "an order without a reservation", life);
    return;
  }
  const auto& reservation = *life.reservation;
  if (orders::is_changing(*life.order)) return;
  const bool has_goods = reservation.state == ReservationState::held ||
                         reservation.state == ReservationState::committed;
  if (has_goods && !reservation.by_line) {
    std::map<std::string, std::int64_t> held;
    for (const auto& line : reservation.lines) held[line.product_id] += line.quantity;
    if (held != wanted(life)) {
      broken("lines_together", "what is reserved is not what was ordered", life);
    }
  }
  const bool is_past_payment =
      life.order->status >= OrderStatus::preparing && life.order->status <= OrderStatus::completed;
  if (is_past_payment && reservation.state != ReservationState::committed) {
    broken("lines_together", "the order is prepared and its goods are not sold", life);
  }
  if (life.has(OrderStatus::cancelled)) {
    const bool is_empty = reservation.state == ReservationState::released ||
                          reservation.state == ReservationState::refused || reservation.returned ||
                          reservation.written_off || has_taken_nothing(reservation);
    if (!is_empty) broken("cancelled_is_empty", "a cancelled order holds goods", life);
  }
  if (life.has(OrderStatus::completed) && (reservation.returned || reservation.written_off)) {
    broken("lines_together", "the goods of a completed order were returned", life);
  }
}

// What an order comes to, or has come to when it was paid. While it is changed the next link is for
// what it will come to.
bool is_its_price(MinorUnits amount, const Life& life) {
  const auto& order = *life.order;
  if (amount == order.total + life.taken_off) return true;
  return orders::is_changing(order) && order.revision && amount == total_of(*order.revision);
}

// Once, and what the order comes to.
void check_charge(const Life& life) {
  if (life.was_reset && !life.revisions_asked.empty()) return;  // it may have forgotten a link
  if (life.charges > 1) broken("one_charge", "the customer was charged twice", life);
  if (life.paid_back > life.charged) broken("one_charge", "more was refunded than charged", life);
  if (!life.payment) return;
  const auto& payment = *life.payment;
  if (payment.amount != 0 && !is_its_price(payment.amount, life)) {
    broken("one_charge", "another amount was asked for than the order's total", life);
  }
  if (payment.captured != 0 && !is_its_price(payment.captured, life)) {
    broken("one_charge", "another amount was captured than the order's total", life);
  }
}

// Whatever is done for an order is done for its money.
void check_paid(const Life& life) {
  const bool is_served =
      life.order->status >= OrderStatus::paid && life.order->status <= OrderStatus::completed;
  if (check::is_by_line(*life.order)) return;  // it costs nothing
  if (is_served && (!life.payment || life.payment->captured == 0)) {
    broken("cooked_is_paid", "an order goes on that was never paid", life);
  }
}

// A link that still takes money may not outlive what it is for: the stock is given back only after
// the provider's word.
void check_link(const Life& life) {
  if (life.live_links == 0 || life.links > 1 || !life.payment || !life.reservation) return;
  if (life.reservation->state == ReservationState::released) {
    broken("released_when_dead", "the goods were given back while the link takes money", life);
  }
}

bool is_cooked(const Life& life) {
  return life.ticket && life.ticket->status != TicketStatus::cancelled &&
         life.ticket->status != TicketStatus::rejected;
}

void check_kitchen(const Life& life) {
  if (!life.ticket) return;
  if (is_cooked(life) && (!life.payment || life.payment->captured == 0)) {
    broken("cooked_is_paid", "the kitchen has a ticket for an order that is not paid", life);
  }
  const bool is_lost = life.order->reason == Reason::delivery_failed ||
                       (life.order->reason == Reason::operator_request && life.aborts_asked > 0);
  if (life.has(OrderStatus::cancelled) && !is_lost && is_cooked(life)) {
    broken("saga_told_truly", "the kitchen cooks for a cancelled order", life);
  }
  if (life.delivery && life.ticket->status != TicketStatus::ready) {
    broken("saga_told_truly", "a meal is delivered that is not ready", life);
  }
}

// A record that is handled by the clock has a time for it.
void check_due(const Life& life, const Scenario& scenario) {
  const auto& settings = scenario.settings;
  const bool waits_for_cook = life.ticket && !settings.kitchen.by_hand &&
                              (life.ticket->status == TicketStatus::waiting ||
                               life.ticket->status == TicketStatus::preparing);
  if (waits_for_cook && !life.ticket->due) {
    broken("due_or_over", "a ticket is under way and has no due time", life);
  }
  const bool is_on_the_way = life.delivery && !settings.delivery.by_hand &&
                             (life.delivery->status == delivery::DeliveryStatus::on_the_way ||
                              life.delivery->status == delivery::DeliveryStatus::waiting);
  if (is_on_the_way && !life.delivery->due) {
    broken("due_or_over", "a delivery is on its way, or waits, and has no due time", life);
  }
}

}  // namespace

bool Life::has_been(OrderStatus status) const {
  if (!order) return false;
  for (const auto& entry : order->history) {
    if (entry.status == status) return true;
  }
  return false;
}

void check_always(const Life& life, const Scenario& scenario) {
  if (!life.order) broken("nothing_orphaned", "records of an order that is not there", life);
  check_end(life);
  check_stock(life);
  check_paid(life);
  check_charge(life);
  check_link(life);
  check_kitchen(life);
  check_due(life, scenario);
}

void check_shelf(const ShelfModel& shelf) {
  if (!shelf.item) return;
  const auto& item = *shelf.item;
  const auto differs = [&](const char* what, std::int64_t is, std::int64_t must_be) {
    broken("shelf_explained", "item " + item.id + " has " + std::to_string(is) + " " + what +
                                  ", and its reservations come to " + std::to_string(must_be));
  };
  if (item.reserved != shelf.held) differs("reserved", item.reserved, shelf.held);
  // Line by line, some may be taken and come back within one commit.
  const auto unseen = shelf.is_by_line ? std::max<std::int64_t>(item.committed - shelf.sold, 0) : 0;
  if (item.committed != shelf.sold + unseen) differs("committed", item.committed, shelf.sold);
  if (item.returned != shelf.returned + unseen) differs("returned", item.returned, shelf.returned);
  if (item.initial != shelf.initial) differs("at first", item.initial, shelf.initial);
  if (item.restocked < shelf.restock_told || item.restocked > shelf.restock_tried) {
    differs("restocked", item.restocked, shelf.restock_told);
  }
  const auto ledger = shelf.ledger_on_hand + stock::change_of(item.today);
  const bool adds_up = item.movements == 0 || item.on_hand() == ledger;
  if (item.movements != shelf.ledger_lines || !adds_up) {
    broken("shelf_explained", "item " + item.id + " has " + std::to_string(item.on_hand()) +
                                  " on hand, and its ledger comes to " + std::to_string(ledger));
  }
  const auto on_hand = shelf.initial + item.restocked + shelf.returned - shelf.sold;
  if (on_hand - shelf.held < 0) broken("nothing_oversold", "item " + item.id + " is oversold");
}

void broken(const char* rule, std::string detail, const Life& life) {
  throw Violation{.rule = rule, .detail = std::move(detail), .order_id = life.id};
}

void broken(const char* rule, std::string detail) {
  throw Violation{.rule = rule, .detail = std::move(detail)};
}

}  // namespace oms::simulate
