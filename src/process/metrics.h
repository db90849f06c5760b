#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/server.h"
#include "adapters/otlp/exporter.h"
#include "edge/request_meter.h"
#include "ports/metrics.h"
#include "process/alarms.h"
#include "process/event_feed.h"
#include "process/local_reconciler.h"
#include "process/store_gauges.h"
#include "runtime/effects.h"
#include "runtime/id_source.h"
#include "runtime/runtime.h"

namespace oms::process {

// Of what there is in the process.
struct MetricsSource {
  struct Home {
    std::vector<ServiceName> services;
    const runtime::Runtime& runtime;
    const Alarms& alarms;
    runtime::EffectCounts effects;
    const runtime::Meter* meter = nullptr;
    StoreGauges* gauges = nullptr;
  };
  const runtime::IdSource& ids;  // names the process
  std::vector<Home> homes = {};  // told as one
  bool is_apart = false;         // a broker is between them and others
  std::optional<ReconciliationCounts> reconciliation = {};
  std::optional<EventFeed::Counts> events = {};
  std::optional<std::size_t> watchers = {};
  std::optional<HttpServerStats> http = {};
  const edge::RequestMeter* requests = nullptr;
  std::optional<OtlpExporter::Counts> spans = {};
};

// 10 hexadecimal digits: another at each start.
std::string process_name(const runtime::IdSource& ids);

ProcessMetrics metrics_of(const MetricsSource& source);

// Those of this process, and of the others where there are any.
class ShopMetrics final : public Metrics {
 public:
  using Own = std::function<ProcessMetrics()>;

  ShopMetrics(Own own, Metrics* others) : own_(std::move(own)), others_(others) {}

  GatheredMetrics gather() override;

 private:
  const Own own_;
  Metrics* const others_;
};

}  // namespace oms::process
