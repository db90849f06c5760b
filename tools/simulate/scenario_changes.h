#pragma once

#include "tools/simulate/chance.h"
#include "tools/simulate/scenario.h"

// What is changed of a scenario's orders after they were placed.
namespace oms::simulate {

void draw_refunds(Scenario& scenario, Duration span, Chance chance);
void draw_revisions(Scenario& scenario, Duration span, Chance chance);
void draw_changes_of_meals(Scenario& scenario, Chance chance);
void draw_interventions(Scenario& scenario, const FaultSet& faults, Duration span, Chance chance);
void draw_refunds_before_cancellation(Scenario& scenario, Chance chance);

}  // namespace oms::simulate
