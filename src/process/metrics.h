#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/http/server.h"
#include "process/alarms.h"
#include "process/event_feed.h"
#include "process/local_reconciler.h"
#include "runtime/effects.h"
#include "runtime/runtime.h"

namespace oms::process {

// Of what there is in the process.
struct MetricsSource {
  struct Home {
    const runtime::Runtime& runtime;
    const Alarms& alarms;
    runtime::EffectCounts effects;
  };
  std::vector<Home> homes = {};  // told as one
  bool is_apart = false;         // a broker is between them and others
  std::optional<ReconciliationCounts> reconciliation = {};
  std::optional<EventFeed::Counts> events = {};
  std::optional<std::size_t> watchers = {};
  std::optional<HttpServerStats> http = {};
};

// The Prometheus text format, version 0.0.4.
std::string metrics_text(const MetricsSource& source);

}  // namespace oms::process
