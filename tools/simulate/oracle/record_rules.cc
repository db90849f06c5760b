// What the services' records must say together about one order: the same rules that `oms check` has
// of a shop's files.
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

}  // namespace

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
