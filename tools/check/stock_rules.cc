#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "codec/json_names.h"
#include "tools/check/rules.h"

namespace oms::check {
namespace {

using stock::Reservation;
using stock::ReservationState;
using Quantities = std::map<std::string_view, std::int64_t>;

// With what was there no longer wanted once it was paid: it has come back.
Quantities ordered(const orders::Order& order) {
  Quantities sums;
  for (const auto& line : order.lines) sums[line.product_id] += line.quantity;
  for (const auto& back : order.removed) sums[back.product_id] += back.quantity;
  return sums;
}

Quantities reserved(const Reservation& reservation) {
  Quantities sums;
  for (const auto& line : reservation.lines) sums[line.product_id] += line.quantity;
  return sums;
}

// A refusal keeps no lines, and neither does the tombstone of an undo that came first.
void check_lines_together(const Story& story, Findings& findings) {
  const auto& reservation = *story.reservation;
  const bool has_taken = reservation.state == ReservationState::held ||
                         reservation.state == ReservationState::committed;
  std::int64_t units = 0;
  for (const auto& line : reservation.lines) units += line.quantity;
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::lines_together, holds, story.id, what);
  };
  expect(has_taken || reservation.lines.empty() || reservation.state == ReservationState::released,
         [] { return "stock was refused, and lines are kept all the same"; });
  if (reservation.lines.empty()) {
    expect(!has_taken, [] { return "holds a reservation of nothing"; });
    return;
  }
  expect(units == reservation.units, [&] {
    return fmt::format("reserves {} units, its lines come to {}", reservation.units, units);
  });
  if (story.order == nullptr) return;
  expect(reserved(reservation) == ordered(*story.order) || orders::is_changing(*story.order),
         [] { return "reserves something else than was ordered"; });
}

// Each line that is executed has been taken whole, and of others nothing.
void check_lines_apart(const Story& story, Findings& findings) {
  const auto& taken = story.reservation->lines;
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::lines_together, holds, story.id, what);
  };
  const bool is_in_line = std::ranges::all_of(
      taken, [](const auto& line) { return line.quantity >= 0 && line.returned >= 0; });
  expect(is_in_line, [] { return "has taken less than nothing of a line"; });
  const auto* order = story.order;
  const bool is_through =
      order != nullptr && is_final(order->status) && !orders::is_changing(*order);
  if (!is_through) return;
  const auto is_taken = [](const OrderLine& line, const stock::ReservedLine& of) {
    const auto quantity = line.status == LineStatus::executed ? line.quantity : 0;
    return line.product_id == of.product_id && of.quantity == quantity;
  };
  expect(taken.empty() ? order->status == OrderStatus::cancelled
                       : std::ranges::equal(order->lines, taken, is_taken),
         [] { return "has taken something else than its lines show"; });
}

// An undo that came before its do reserves nothing, for nobody.
bool is_tombstone(const Reservation& reservation) {
  return reservation.customer_id.empty() && reservation.lines.empty() &&
         reservation.state == ReservationState::released;
}

}  // namespace

void check_reservation(const Story& story, Findings& findings) {
  if (story.reservation == nullptr) return;
  const auto& reservation = *story.reservation;
  reservation.by_line ? check_lines_apart(story, findings) : check_lines_together(story, findings);
  const bool came_back = reservation.returned || reservation.written_off;
  findings.expect(Rule::lines_together,
                  !came_back || reservation.state == ReservationState::committed, story.id, [&] {
                    return fmt::format("is {}, and yet was returned or written off",
                                       json::name_of(reservation.state));
                  });
  findings.expect(Rule::lines_together, !(reservation.returned && reservation.written_off),
                  story.id, [] { return "was both returned and written off"; });
  const bool is_refused = reservation.state == ReservationState::refused;
  findings.expect(
      Rule::reason_given, is_refused == (reservation.reason != Reason::none), story.id, [&] {
        return fmt::format("its stock is {} for the reason {}", json::name_of(reservation.state),
                           json::name_of(reservation.reason));
      });
  if (story.order == nullptr || is_tombstone(reservation)) return;
  findings.expect(Rule::as_ordered, reservation.customer_id == story.order->customer_id, story.id,
                  [] { return "its stock is reserved for another customer"; });
}

}  // namespace oms::check
