#pragma once

#include <vector>

#include "messages/metrics.h"
#include "runtime/meter.h"

namespace oms::process {

// What a home's meter has measured: decisions by type of message, commits, effects.
std::vector<MetricFamily> metrics_of(const runtime::Meter& meter);

// Figures of the process itself, by the names that Prometheus has for them.
std::vector<MetricFamily> process_metrics();

}  // namespace oms::process
