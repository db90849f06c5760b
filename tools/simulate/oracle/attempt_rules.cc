// Retries are bounded and back off.
#include "codec/json_names.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using std::chrono::minutes;
using Kind = PaymentOperation::Kind;

// The first tries come fast, later ones at least this far apart.
constexpr std::int64_t quick_tries = 28;
constexpr Duration apart_at_last = minutes{20};
// A look-up whose answer is lost is repeated after 1.5 s, 3 s and so on, within the five minutes
// until the next.
constexpr int looks_of_an_interval = 7;

std::int64_t tries_within(Duration span, Duration each) {
  return quick_tries + span / each;
}

}  // namespace

// How often a step was asked for stands in the saga, and when it will be asked for next.
void check_tries(const Life& life, const coordinator::Run& run) {
  if (!run.due) return;
  const auto most = tries_within(*run.due - run.started_at, apart_at_last) + life.interventions;
  if (run.attempt > most) {
    broken("attempts_bounded", "the step " + run.step + " is asked for again and again", life);
  }
}

void check_asked(const Life& life, Time now, const Scenario& scenario, int restarts) {
  const auto span = now - *life.first_asked;
  for (const auto kind : {Kind::create_link, Kind::expire_link, Kind::refund, Kind::look_up}) {
    const auto each = kind == Kind::look_up
                          ? scenario.settings.payment.reconcile_every / looks_of_an_interval
                          : apart_at_last;
    const auto asked = life.asked.at(static_cast<std::size_t>(kind));
    // Each refund is one of its own, and so is each link.
    const auto changes = static_cast<std::int64_t>(life.revisions_asked.size()) +
                         (kind == Kind::refund ? std::ssize(life.refunds_asked) : 0);
    const auto several = 1 + changes;
    if (asked <= several * tries_within(span, each) + restarts + life.interventions) continue;
    broken("attempts_bounded",
           "the provider is asked again and again: " + std::string{json::name_of(kind)}, life);
  }
}

}  // namespace oms::simulate
