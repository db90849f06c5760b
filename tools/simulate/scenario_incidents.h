#pragma once

#include "tools/simulate/chance.h"
#include "tools/simulate/scenario.h"

// What befalls a scenario's shop as a whole, and when. `chance` is the scenario's: each kind of
// incident forks its own.
namespace oms::simulate {

// A time at which something happens: half of them by chance, and half when an order is cancelled,
// because the steps of an undoing are short and rarely met.
Duration some_time(const Scenario& scenario, Duration span, Chance& chance);

// What may befall it however its services live: after its orders are drawn.
void draw_incidents(Scenario& scenario, const FaultSet& faults, Duration span, Chance chance);

// What meets changes, and what only services apart or together can meet: after all changes are.
void draw_incidents_at_changes(Scenario& scenario, const FaultSet& faults, Duration span,
                               Chance chance);
void draw_incidents_of_wiring(Scenario& scenario, const FaultSet& faults, Duration span,
                              Chance chance);

bool has_incident(const Scenario& scenario, Fault fault);

}  // namespace oms::simulate
