#include "tools/simulate/scenario_incidents.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace oms::simulate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// How often it may come in one run.
int most_of(Fault fault) {
  if (fault == Fault::provider_gone || fault == Fault::restored) return 1;
  return fault == Fault::record_newer ? 20 : 6;
}

// How long what lasts a while may last, and how long it does at least.
Duration longest(Fault fault) {
  switch (fault) {
    case Fault::disk_full:
    case Fault::disk_slow:
    case Fault::process_asleep:
      return seconds{30};
    case Fault::process_slow:
      return minutes{2};
    case Fault::broker_down:
    case Fault::partition:
      return minutes{10};
    case Fault::provider_down:
    case Fault::notifier_down:
      return minutes{20};
    case Fault::restored:  // the backup's age
      return minutes{5};
    case Fault::provider_gone:
      return hours{26};
    default:
      return Duration{0};
  }
}

Duration shortest(Fault fault) {
  if (fault == Fault::restored) return Duration{0};
  return fault == Fault::provider_gone ? hours{22} : longest(fault) / 4;
}

constexpr std::array incidents{
    Fault::crash,           Fault::commit_lost,        Fault::commit_unsure,
    Fault::commit_conflict, Fault::commit_unavailable, Fault::disk_full,
    Fault::disk_slow,       Fault::clock_jump,         Fault::provider_down,
    Fault::provider_gone,   Fault::notifier_down};
// What one store alone can meet: services that live apart are not restored one by one.
constexpr std::array incidents_together{Fault::restored};
constexpr std::array incidents_apart{Fault::broker_down, Fault::partition, Fault::process_asleep,
                                     Fault::process_slow, Fault::record_newer};
constexpr std::array incidents_at_ticket{Fault::crash,        Fault::broker_down,
                                         Fault::partition,    Fault::process_asleep,
                                         Fault::process_slow, Fault::record_newer};

std::uint64_t choices(Fault fault) {
  return fault == Fault::crash ? 12 : 2'520;  // what all small numbers divide
}

void draw_kinds(Scenario& scenario, std::span<const Fault> kinds, const FaultSet& faults,
                Duration span, Chance chance) {
  for (const auto fault : kinds) {
    if (!faults.has(fault)) continue;
    if (fault == Fault::provider_gone && !chance.one_in(4)) continue;
    for (auto left = chance.between(1, most_of(fault)); left > 0; --left) {
      scenario.incidents.push_back({.fault = fault,
                                    .at = some_time(scenario, span, chance),
                                    .lasts = chance.between(shortest(fault), longest(fault)),
                                    .choice = static_cast<int>(chance.below(choices(fault)))});
    }
  }
}

// What happens while something is refunded or changed: its steps are short, and rarely met by
// chance. Those that follow the first are met only by what waits for them.
enum class Aim { at_request, at_later_step };
void draw_at_changes(Scenario& scenario, std::span<const Fault> kinds, const FaultSet& faults,
                     Duration span, Chance chance, Aim aim) {
  std::vector<Duration> times;
  for (const auto& refund : scenario.refunds) {
    if (refund.at <= span + minutes{10}) times.push_back(refund.at);
  }
  for (const auto& revision : scenario.revisions) times.push_back(revision.at);
  if (times.empty()) return;
  for (const auto fault : kinds) {
    if (!faults.has(fault) || fault == Fault::provider_gone || fault == Fault::restored) continue;
    for (auto left = chance.between(1, std::min(most_of(fault), 4)); left > 0; --left) {
      const auto at = times[chance.below(times.size())];
      Incident incident{.fault = fault,
                        .at = at + chance.between(milliseconds{0}, milliseconds{600}),
                        .lasts = chance.between(shortest(fault), longest(fault)),
                        .choice = static_cast<int>(chance.below(choices(fault)))};
      if (aim == Aim::at_later_step) {
        incident.waits_for = chance.pick(std::array{"return_lines", "apply", "change_reservation",
                                                    "open_link", "change_ticket"});
      }
      scenario.incidents.push_back(std::move(incident));
    }
  }
}

// Few tickets are taken back from the queue, or go on with fewer lines, and that is soon done.
void draw_at_ticket(Scenario& scenario, std::string_view step, const FaultSet& faults,
                    Chance chance) {
  for (const auto fault : incidents_at_ticket) {
    if (!faults.has(fault) || !chance.one_in(2)) continue;
    scenario.incidents.push_back({.fault = fault,
                                  .lasts = chance.between(shortest(fault), longest(fault)),
                                  .choice = static_cast<int>(chance.below(choices(fault))),
                                  .waits_for = std::string{step}});
  }
}

// A shop that is restored has forgotten the link that was made for a change since its backup. Money
// that comes by it is no order's: it is told to the operator, again and again, until they act.
void draw_no_forgotten_links(Scenario& scenario) {
  for (const auto& incident : scenario.incidents) {
    if (incident.fault != Fault::restored) continue;
    std::erase_if(scenario.revisions, [&](const RevisionWish& wish) {
      const auto& plan = scenario.orders[static_cast<std::size_t>(wish.order) - 1];
      return !plan.is_supply() && wish.at >= incident.at - minutes{5} &&
             wish.at <= incident.at + incident.lasts;
    });
  }
}

}  // namespace

Duration some_time(const Scenario& scenario, Duration span, Chance& chance) {
  if (scenario.orders.empty() || chance.one_in(2)) return chance.between(Duration{0}, span);
  const auto& plan = scenario.orders[chance.below(scenario.orders.size())];
  const auto from = plan.cancelling == Cancelling::at_leisure ? Duration{0} : plan.think;
  return plan.at + from + plan.cancel_after + chance.between(milliseconds{0}, milliseconds{80});
}

void draw_incidents(Scenario& scenario, const FaultSet& faults, Duration span, Chance chance) {
  draw_kinds(scenario, incidents, faults, span + minutes{1}, chance.fork(5));
}

void draw_incidents_at_changes(Scenario& scenario, const FaultSet& faults, Duration span,
                               Chance chance) {
  draw_at_changes(scenario, incidents, faults, span, chance.fork(12), Aim::at_request);
  if (scenario.wiring == Wiring::together) return;
  draw_at_changes(scenario, incidents_apart, faults, span, chance.fork(13), Aim::at_request);
  draw_at_changes(scenario, incidents_apart, faults, span, chance.fork(14), Aim::at_later_step);
  draw_at_changes(scenario, incidents, faults, span, chance.fork(15), Aim::at_later_step);
}

void draw_incidents_of_wiring(Scenario& scenario, const FaultSet& faults, Duration span,
                              Chance chance) {
  if (scenario.wiring == Wiring::together) {
    draw_kinds(scenario, incidents_together, faults, span + minutes{1}, chance.fork(9));
    return draw_no_forgotten_links(scenario);
  }
  draw_kinds(scenario, incidents_apart, faults, span + minutes{1}, chance.fork(8));
  draw_at_ticket(scenario, "undo prepare", faults, chance.fork(21));
  draw_at_ticket(scenario, "change_ticket", faults, chance.fork(22));
  draw_at_ticket(scenario, "hold_ticket", faults, chance.fork(23));
}

bool has_incident(const Scenario& scenario, Fault fault) {
  return std::ranges::find(scenario.incidents, fault, &Incident::fault) != scenario.incidents.end();
}

}  // namespace oms::simulate
