// What the services' records must say together about one order: the same rules that `oms check` has
// of a shop's files.
#include <algorithm>

#include "sagas/all.h"
#include "tools/check/rules.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

check::Story story_of(const Life& life) {
  return {.id = life.id,
          .order = life.order.get(),
          .saga = life.saga.get(),
          .reservation = life.reservation.get(),
          .payment = life.payment.get(),
          .ticket = life.ticket.get(),
          .delivery = life.delivery.get(),
          .notices = life.notices.get()};
}

// Only of what is last: who skips, and is heard late, would skip the next.
bool is_done(sagas::Command act, const Life& life) {
  using delivery::DeliveryStatus;
  using sagas::Command;
  switch (act) {
    case Command::take_stock:
      return life.reservation && life.reservation->state == stock::ReservationState::committed;
    case Command::capture_payment:
      return life.payment && life.payment->status == PaymentStatus::captured;
    case Command::deliver_order:
      return life.delivery && life.delivery->status == DeliveryStatus::delivered;
    case Command::hand_over:
      return life.delivery && life.delivery->status == DeliveryStatus::collected;
    default:
      return false;
  }
}

}  // namespace

bool has_step_happened(const Life& life) {
  if (life.saga->change || !life.saga->main.is_live()) return false;
  const auto& run = life.saga->main;
  const auto& steps = sagas::find(run.saga, run.version)->steps;
  const auto& step = *std::ranges::find(steps, run.step, &sagas::Step::name);
  if (run.phase == coordinator::Phase::doing) return is_done(step.act, life);
  return step.act == sagas::Command::reserve_stock && life.reservation &&
         life.reservation->state == stock::ReservationState::released;
}

void check_records(const Life& life, Moment moment) {
  const check::Circumstances circumstances{.must_be_quiescent = moment == Moment::at_rest};
  check::Findings findings;
  check::check_story(story_of(life), circumstances, findings);
  for (std::size_t i = 0; i < check::rule_count; ++i) {
    const auto rule = static_cast<check::Rule>(i);
    const auto& tally = findings.of(rule);
    if (tally.broken > 0) {
      broken(check::text_of(rule).name.data(), tally.examples.front().what, life);
    }
  }
}

}  // namespace oms::simulate
