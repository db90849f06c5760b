#include <algorithm>
#include <limits>
#include <map>

#include "codec/json_names.h"
#include "tools/simulate/oracle/arithmetic.h"
#include "tools/simulate/oracle/rules.h"

// An order is refused for a reason that is true. That also holds a shop to account that
// serves nobody: there is no reason for it.
namespace oms::simulate {
namespace {

bool has_incident(const Scenario& scenario, Fault fault) {
  for (const auto& incident : scenario.incidents) {
    if (incident.fault == fault) return true;
  }
  return false;
}

// Whether the total cannot be counted, at the highest prices that the request may have met.
bool may_be_too_large(const Life& life, const Model& model) {
  Wide total = 0;
  for (const auto& line : life.wish->lines) {
    const auto shelf = model.shelves.find(line.product_id);
    if (shelf == model.shelves.end()) continue;
    MinorUnits highest = 0;
    for (const auto price : shelf->second.prices_asked) {
      if (may_cost(shelf->second, price, life.wished_before)) highest = price;
    }
    total += Wide{highest} * line.quantity;
  }
  return total > std::numeric_limits<MinorUnits>::max();
}

void check_expired(const Life& life, const Scenario& scenario) {
  if (has_incident(scenario, Fault::clock_jump)) return;  // a window may seem shorter
  if (life.was_reset) return;  // what had begun before the backup was restored counts
  // After a restart the order clock may be a minute ahead.
  const auto open_until =
      life.wished_at + scenario.settings.limits.payment_window - std::chrono::minutes{2};
  if (!life.given_up || *life.given_up < open_until) {
    broken("refused_rightly", "the order was given up before its payment window was over", life);
  }
}

// A link that could not be made for a day is given up: its key may be forgotten by then.
bool was_never_linked(const Life& life) {
  const auto ended_at = life.order->updated_at;
  const auto closed = life.closed_links ? std::ssize(life.closed_links->links) : 0;
  return life.links == closed && life.charged == 0 &&
         ended_at - life.order->created_at > std::chrono::hours{20};  // clocks may differ by hours
}

bool is_true(const Life& life, Reason reason) {
  const auto& taken = life.reservation;
  switch (reason) {
    case Reason::out_of_stock:
      if (taken && taken->by_line) {
        return std::ranges::all_of(taken->lines,
                                   [](const auto& line) { return line.quantity == 0; });
      }
      [[fallthrough]];
    case Reason::over_reservation_cap:
      return life.reservation->state == stock::ReservationState::refused &&
             life.reservation->reason == reason &&
             (life.charged == 0 || life.wish->saga == "prepaid");
    case Reason::payment_failed:
      return life.declines > 0 || life.is_link_refused || was_never_linked(life) ||
             (life.was_reset && has_nothing_left(life));  // its bank had let go already
    case Reason::refunded_by_provider:
      return life.was_refunded_in_full ||
             (life.was_reset && life.charged > 0 &&
              (life.paid_back == life.charged || !life.revisions_asked.empty()));
    case Reason::payment_expired:
      return life.links == 0 || has_nothing_left(life) ||
             (life.was_reset && !life.revisions_asked.empty());
    case Reason::insufficient_funds:  // see check_unfunded
    case Reason::unknown_account:
      return life.payment && life.payment->method == PaymentMethod::account &&
             life.payment->failure == reason && life.charged == 0;
    case Reason::operator_request:
      return life.aborts_asked > 0 ||
             (life.cancels_asked > 0 && life.wish->face != Face::customers);
    case Reason::customer_request:
      return life.cancels_asked > 0 || (goes_by_line(*life.order) && !life.revisions_asked.empty());
    case Reason::kitchen_rejected:
      return life.ticket && life.ticket->status == kitchen::TicketStatus::rejected;
    case Reason::delivery_failed:
      return life.failures_asked > 0 && life.delivery &&
             life.delivery->status == delivery::DeliveryStatus::failed;
    default:
      return false;  // nobody in the simulation gives another
  }
}

}  // namespace

// Elsewhere clients are told later, by the order.
bool goes_as_a_whole(const PlaceOrder& wish) {
  return wish.saga != "supply" && wish.face != Face::coordinator;
}

const char* defect_of(const PlaceOrder& wish, const Model& model) {
  if (wish.lines.empty()) return "it has no lines";
  if (wish.lines.size() > lines_most) return "it has too many lines";
  for (const auto& line : wish.lines) {
    if (line.quantity < 1 || line.quantity > quantity_most) return "a quantity is out of bounds";
    const auto shelf = model.shelves.find(line.product_id);
    if (shelf == model.shelves.end() || !shelf->second.item) return "there is no such item";
  }
  return nullptr;
}

namespace {

// Whether the shelf has not all of it, or had not within the last minute.
bool may_be_short(const PlaceOrder& wish, const Model& model, Time now) {
  std::map<std::string_view, std::int64_t> wanted;
  for (const auto& line : wish.lines) wanted[line.product_id] += line.quantity;
  return std::ranges::any_of(wanted, [&](const auto& sum) {
    const auto& shelf = model.shelves.find(sum.first)->second;
    return sum.second > shelf.was_available.least(shelf.available(), now);
  });
}

}  // namespace

void check_place_refused(const Life& life, const Error& error, const Model& model, Time now) {
  if (error.kind == ErrorKind::conflict && defect_of(*life.wish, model) == nullptr) {
    if (goes_as_a_whole(*life.wish) && may_be_short(*life.wish, model, now)) return;
    broken("refused_rightly", "an order was refused that was on the shelf: " + error.detail, life);
  }
  if (error.kind != ErrorKind::invalid && error.kind != ErrorKind::unprocessable) {
    broken("refused_rightly", "an order was refused as something else: " + error.detail, life);
  }
  if (defect_of(*life.wish, model) != nullptr || may_be_too_large(life, model)) return;
  broken("refused_rightly", "an order was refused that could be taken: " + error.detail, life);
}

void check_cancel_refused(const Life& life, const Error& error) {
  const bool is_late = life.has_been(OrderStatus::preparing) || life.has(OrderStatus::completed);
  if (error.kind == ErrorKind::conflict && is_late) return;
  if (error.kind == ErrorKind::not_found && life.was_lost) return;
  broken("refused_rightly", "a cancellation was refused that was in time: " + error.detail, life);
}

void check_stock_refused(const StockRefusal& refusal, const Commit& commit,
                         const Scenario& scenario) {
  const auto& wish = *refusal.life->wish;
  const auto newly = [](const auto& sums, std::string_view name) {
    const auto sum = sums.find(name);
    return sum == sums.end() ? std::int64_t{0} : sum->second;
  };
  if (refusal.reason == Reason::out_of_stock) {
    for (std::size_t i = 0; i < wish.lines.size(); ++i) {
      const auto& product = wish.lines[i].product_id;
      std::int64_t wanted = 0;
      for (const auto& line : wish.lines) wanted += line.product_id == product ? line.quantity : 0;
      // What others took in this very commit may have been gone by then.
      if (wanted > refusal.available[i] - newly(commit.held, product)) return;
    }
    broken("refused_rightly", "an order was refused that was on the shelf", *refusal.life);
  }
  const auto cap = scenario.settings.stock.held_units_max;
  std::int64_t units = 0;
  for (const auto& line : wish.lines) units += line.quantity;
  const auto held = refusal.held + newly(commit.held_by, wish.customer_id) + units;
  if (refusal.reason == Reason::over_reservation_cap && cap > 0 && held > cap) return;
  broken("refused_rightly", "a customer was refused who holds no more than is allowed",
         *refusal.life);
}

void check_reason(const Life& life, const Scenario& scenario) {
  if (life.has(OrderStatus::completed) && life.is_cancel_kept) {
    broken("refused_rightly", "a cancellation was granted, and the order delivered", life);
  }
  if (!life.has(OrderStatus::cancelled)) return;
  const auto reason = life.order->reason;
  if (!is_true(life, reason)) {
    broken("refused_rightly",
           "the order was cancelled for what is not true: " + std::string{json::name_of(reason)},
           life);
  }
  if (reason == Reason::payment_expired) check_expired(life, scenario);
}

}  // namespace oms::simulate
