#include <fmt/format.h>

#include "codec/json_names.h"
#include "tools/check/rules.h"

// Rules that are read in both directions: what ends an order has its cause, and what is a cause has
// ended it.
namespace oms::check {
namespace {

using json::name_of;

// The customer, the operator or a person who refunds at the provider may have been faster than what
// would have ended it.
bool is_by_hand(Reason reason) {
  return reason == Reason::customer_request || reason == Reason::operator_request ||
         reason == Reason::refunded_by_provider;
}

void check_history(const orders::Order& order, Findings& findings) {
  for (const auto& entry : order.history) {
    const bool is_cancelled = entry.status == OrderStatus::cancelled;
    findings.expect(Rule::legal_history, is_cancelled == (entry.reason != Reason::none), order.id,
                    [&] {
                      return fmt::format("was {} for the reason {}", name_of(entry.status),
                                         name_of(entry.reason));
                    });
  }
  findings.expect(
      Rule::legal_history,
      (order.status == OrderStatus::cancelled) == (order.reason != Reason::none), order.id, [&] {
        return fmt::format("is {} for the reason {}", name_of(order.status), name_of(order.reason));
      });
}

// What became of the goods of an order that is over.
void check_goods(const Story& story, Findings& findings) {
  const auto& order = *story.order;
  const auto& reservation = *story.reservation;
  const bool is_aborted =
      order.reason == Reason::operator_request && story.saga != nullptr && story.saga->main.pivoted;
  const bool is_lost = order.reason == Reason::delivery_failed ||
                       (is_aborted && asks_for(order, sagas::Command::prepare_order));
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::lines_together, holds, order.id, what);
  };
  expect(reservation.written_off == is_lost, [&] {
    return is_lost ? "could not be delivered, and its goods are not written off"
                   : "has goods that were written off, and nothing was lost";
  });
  expect(!reservation.returned || (order.status == OrderStatus::cancelled && !is_lost),
         [&] { return fmt::format("is {}, and its goods were put back", name_of(order.status)); });
  const bool is_refused = reservation.state == stock::ReservationState::refused;
  expect(!is_refused || order.reason == reservation.reason || is_by_hand(order.reason), [&] {
    return fmt::format("was refused its stock for the reason {}, and ended for the reason {}",
                       name_of(reservation.reason), name_of(order.reason));
  });
  const bool is_for_stock =
      order.reason == Reason::out_of_stock || order.reason == Reason::over_reservation_cap;
  expect(!is_for_stock || is_refused || reservation.by_line,  // see the saga's steps
         [] { return "was cancelled for want of stock, and stock was not refused"; });
}

void check_service(const Story& story, Findings& findings) {
  const auto& order = *story.order;
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::saga_told_truly, holds, order.id, what);
  };
  const bool may_differ = is_by_line(order) && order.revision;  // it has ended once more since
  expect(story.saga == nullptr || story.saga->main.reason == order.reason || may_differ, [&] {
    return fmt::format("ended for the reason {}, its saga for the reason {}", name_of(order.reason),
                       name_of(story.saga->main.reason));
  });
  const bool is_undelivered =
      story.delivery != nullptr && story.delivery->status == delivery::DeliveryStatus::failed;
  expect(is_undelivered == (order.reason == Reason::delivery_failed),
         [] { return "has a delivery and a reason that do not agree"; });
  const bool is_there =
      story.delivery != nullptr && (story.delivery->status == delivery::DeliveryStatus::delivered ||
                                    story.delivery->status == delivery::DeliveryStatus::collected);
  expect(!is_there || order.status == OrderStatus::completed,
         [&] { return fmt::format("is {}, and its customer has it", name_of(order.status)); });
  const bool is_rejected =
      story.ticket != nullptr && story.ticket->status == kitchen::TicketStatus::rejected;
  expect(!is_rejected || order.reason == Reason::kitchen_rejected || is_by_hand(order.reason),
         [] { return "was rejected by the kitchen, and does not say so"; });
  expect(is_rejected || order.reason != Reason::kitchen_rejected,
         [] { return "was not rejected by the kitchen, and says so"; });
}

}  // namespace

void check_reasons(const Story& story, const Circumstances& circumstances, Findings& findings) {
  if (story.order == nullptr) return;
  check_history(*story.order, findings);
  if (!is_final(story.order->status) || may_be_tidied(story, circumstances)) return;
  if (story.reservation != nullptr) check_goods(story, findings);
  check_service(story, findings);
}

}  // namespace oms::check
