#include <algorithm>

#include "codec/json_names.h"
#include "tools/check/story.h"
#include "tools/simulate/oracle/rules.h"

// What must have come of an order once nothing is under way.
namespace oms::simulate {
namespace {

// When the provider has forgotten the key of a refund of ours, a total that covers it is taken for
// its word, although it may have been somebody else's: nobody is to be refunded twice.
bool is_paid_back_rightly(const Life& life, const Scenario& scenario) {
  const auto most = life.refunded_elsewhere() + life.refunded_by_changes();
  const bool may_be_mistaken = !life.refunds_elsewhere.empty() &&
                               std::ranges::find(scenario.incidents, Fault::provider_gone,
                                                 &Incident::fault) != scenario.incidents.end();
  return life.paid_back == most ||
         (may_be_mistaken && life.paid_back >= life.refunded_elsewhere() && life.paid_back < most);
}

void check_completed(const Life& life, const Scenario& scenario) {
  const auto owed = check::is_by_line(*life.order) ? 0 : life.order->total + life.taken_off;
  if (life.charged != owed || !is_paid_back_rightly(life, scenario)) {
    broken("money_adds_up", "a completed order is not paid, or paid back", life);
  }
}

void check_cancelled(const Life& life) {
  if (!has_nothing_left(life)) {
    broken("cancelled_is_empty", "a cancelled order's money was kept", life);
  }
  if (life.held != 0) {
    broken("cancelled_is_empty", "the bank still holds money for a cancelled order", life);
  }
}

}  // namespace

void check_over(const Life& life) {
  if (life.was_reset && !life.revisions_asked.empty()) return;
  if (!life.order || life.has(OrderStatus::completed) || life.has(OrderStatus::cancelled)) return;
  broken("every_saga_ends",
         "the order has stayed " + std::string{json::name_of(life.order->status)}, life);
}

void check_ended(const Life& life, const Scenario& scenario, int restarts) {
  if (life.was_lost) return;  // the world knows more of it than the shop
  // One that was changed may have been paid by a link that its shop has forgotten.
  if (life.was_reset && !life.revisions_asked.empty()) return;
  if (life.was_reset && life.order) return check_over(life);
  if (!life.order) {
    if (life.charged != life.paid_back) {
      broken("money_adds_up", "money was taken for an order that is not there", life);
    }
    return;
  }
  check_over(life);
  check_changes(life);
  if (life.closed_charged != life.closed_paid_back) {
    broken("money_adds_up", "what was paid by a closed link was kept", life);
  }
  if (life.has(OrderStatus::completed)) check_completed(life, scenario);
  if (life.has(OrderStatus::cancelled)) check_cancelled(life);
  if (life.payment && life.payment->due) {
    broken("every_saga_ends", "the payment is still under way", life);
  }
  if (life.closed_links && life.closed_links->due) {
    broken("every_saga_ends", "a closed link is still under way", life);
  }
  check_records(life, Moment::at_rest);
  check_told(life, scenario);
  check_book(life, scenario, restarts);
}

}  // namespace oms::simulate
