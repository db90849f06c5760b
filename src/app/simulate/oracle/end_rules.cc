#include <algorithm>
#include <array>

#include "app/simulate/oracle/rules.h"
#include "codec/json_names.h"

// What must have come of an order once nothing is under way.
namespace oms::simulate {
namespace {

bool has_incident(const Scenario& scenario, Fault fault) {
  return std::ranges::find(scenario.incidents, fault, &Incident::fault) != scenario.incidents.end();
}

void check_completed(const Life& life) {
  if (life.charged != life.order->total || life.paid_back != 0) {
    broken("money_adds_up", "a completed order is not paid, or paid back", life);
  }
  if (life.reservation->state != stock::ReservationState::committed) {
    broken("lines_together", "a completed order's goods are not sold", life);
  }
  const bool is_delivered =
      life.delivery && life.delivery->status == delivery::DeliveryStatus::delivered;
  if (!is_delivered) broken("saga_told_truly", "a completed order was not delivered", life);
}

void check_cancelled(const Life& life) {
  if (life.charged != life.paid_back) {
    broken("cancelled_is_empty", "a cancelled order's money was kept", life);
  }
  if (life.order->cancel_requested) {
    broken("saga_told_truly", "a cancelled order still waits for its cancellation", life);
  }
  const bool may_be_lost = life.order->reason == Reason::delivery_failed;
  if (life.reservation->written_off && !may_be_lost) {
    broken("lines_together", "goods were written off that had not left the shop", life);
  }
}

void check_notice(const Life& life, const notifications::Notice& notice, const Scenario& scenario) {
  if (notice.status == NoticeStatus::skipped_no_address) return;
  std::string key = life.id.text();
  key.append("-").append(json::name_of(notice.kind));
  key.append("-").append(json::name_of(notice.channel));
  const bool is_sent = life.sent.contains(key);
  if (notice.status == NoticeStatus::sent && !is_sent) {
    broken("notice_once", "a notice is called sent and was not: " + key, life);
  }
  const bool may_fail = has_incident(scenario, Fault::notifier_down);
  if (notice.status != NoticeStatus::sent && !(may_fail && notice.status == NoticeStatus::failed)) {
    broken("notice_once", "a notice was never sent: " + key, life);
  }
}

// The order's page tells of each notice what has become of it.
void check_shown(const Life& life, const notifications::Notice& notice) {
  const auto shown = std::ranges::find_if(life.order->notices, [&](const NoticeSummary& other) {
    return other.kind == notice.kind && other.channel == notice.channel;
  });
  if (shown == life.order->notices.end() || shown->status != notice.status) {
    broken("page_is_true", "the order does not show what has become of a notice", life);
  }
}

void check_notices(const Life& life, const Scenario& scenario) {
  if (life.order->customer.is_empty()) return;
  if (life.notices) {
    for (const auto& notice : life.notices->notices) {
      check_notice(life, notice, scenario);
      check_shown(life, notice);
    }
  }
  constexpr std::array announced{std::pair{OrderStatus::paid, NoticeKind::paid},
                                 std::pair{OrderStatus::completed, NoticeKind::completed},
                                 std::pair{OrderStatus::cancelled, NoticeKind::cancelled}};
  for (const auto& [status, kind] : announced) {
    if (!life.has_been(status)) continue;
    const auto count =
        life.notices ? std::ranges::count(life.notices->notices, kind, &notifications::Notice::kind)
                     : 0;
    if (count != 2) broken("notice_once", "the customer was not told by email and SMS", life);
  }
}

}  // namespace

void check_over(const Life& life) {
  if (!life.order || life.has(OrderStatus::completed) || life.has(OrderStatus::cancelled)) return;
  broken("every_saga_ends",
         "the order has stayed " + std::string{json::name_of(life.order->status)}, life);
}

void check_ended(const Life& life, const Scenario& scenario) {
  if (!life.order) {
    if (life.charged != life.paid_back) {
      broken("money_adds_up", "money was taken for an order that is not there", life);
    }
    return;
  }
  check_over(life);
  if (life.has(OrderStatus::completed)) check_completed(life);
  if (life.has(OrderStatus::cancelled)) check_cancelled(life);
  if (life.payment && life.payment->due) {
    broken("every_saga_ends", "the payment is still under way", life);
  }
  check_notices(life, scenario);
}

}  // namespace oms::simulate
