#pragma once

#include <string>

#include "adapters/http/server.h"
#include "process/alarms.h"
#include "process/local_reconciler.h"
#include "runtime/effects.h"
#include "runtime/runtime.h"

namespace oms::process {

struct MetricsSource {
  const runtime::RuntimeCounters& runtime;
  const Alarms& alarms;
  ReconciliationCounts reconciliation;
  std::size_t queue_size = 0;
  runtime::EffectCounts effects;
  std::size_t watchers = 0;
  HttpServerStats http;
};

// The Prometheus text format, version 0.0.4.
std::string metrics_text(const MetricsSource& source);

}  // namespace oms::process
