#include "process/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "codec/json_names.h"
#include "process/log.h"
#include "process/meter_metrics.h"

namespace oms::process {
namespace {

class Families {
 public:
  void counter(const char* name, const char* help, std::uint64_t value) {
    header(name, help, MetricType::counter).labelled({}, value);
  }
  void gauge(const char* name, const char* help, std::uint64_t value) {
    header(name, help, MetricType::gauge).labelled({}, value);
  }
  Families& header(const char* name, const char* help, MetricType type) {
    families_.push_back({.name = name, .help = help, .type = type});
    return *this;
  }
  // A sample of the family that was begun last.
  void labelled(std::vector<MetricLabel> labels, std::uint64_t value) {
    families_.back().samples.push_back(
        {.labels = std::move(labels), .value = static_cast<double>(value)});
  }
  std::vector<MetricFamily> take() { return std::move(families_); }

 private:
  std::vector<MetricFamily> families_;
};

std::uint64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void add_effects(Families& all, const runtime::EffectCounts& effects) {
  const std::array<std::pair<const char*, runtime::LaneCounts>, 3> lanes{
      {{"payment", effects.payments}, {"email", effects.email}, {"sms", effects.sms}}};
  all.header("oms_effects_deferred_total", "Effects left to a wake-up because their queue was full",
             MetricType::counter);
  for (const auto& [kind, counts] : lanes) {
    all.labelled({{"kind", kind}}, counts.dropped);
  }
  all.header("oms_effects_in_flight", "Effects that were started and have no outcome yet",
             MetricType::gauge);
  for (const auto& [kind, counts] : lanes) {
    all.labelled({{"kind", kind}}, counts.in_flight);
  }
}

void add_reconciliation(Families& all, const ReconciliationCounts& counts) {
  all.header("oms_reconciliation_runs_total", "Reconciliations that have ended",
             MetricType::counter);
  all.labelled({{"result", "done"}}, counts.runs);
  all.labelled({{"result", "failed"}}, counts.failures);
  all.counter("oms_reconciliation_repairs_total", "Differences that were repaired", counts.repairs);
  all.gauge("oms_reconciliation_last_run_timestamp_seconds",
            "When the last reconciliation came to its end",
            static_cast<std::uint64_t>(counts.last_end.unix_ms / 1000));
  all.header("oms_reconciliation_differences", "Differences that the last reconciliation has left",
             MetricType::gauge);
  for (const auto& [kind, name] : json::enumerators<Difference>) {
    all.labelled({{"kind", std::string{name}}}, counts.left.at(static_cast<std::size_t>(kind)));
  }
}

void add_events(Families& all, const EventFeed::Counts& counts) {
  all.header("oms_provider_event_passes_total",
             "Times that the payment provider was asked for its events", MetricType::counter);
  all.labelled({{"result", "done"}}, counts.passes);
  all.labelled({{"result", "failed"}}, counts.failures);
  all.counter("oms_provider_events_recovered_total",
              "Events about orders that no webhook had brought to this process", counts.recovered);
}

using Homes = std::vector<MetricsSource::Home>;

// Over all homes.
template <class Of>
std::uint64_t sum(const Homes& homes, Of of) {
  std::uint64_t all = 0;
  for (const auto& home : homes) all += of(home);
  return all;
}

void add_runtime(Families& all, const Homes& homes) {
  using runtime::RuntimeCounters;
  struct Counter {
    const char* name;
    const char* help;
    std::atomic<std::uint64_t> RuntimeCounters::* count;
  };
  constexpr std::array counters{
      Counter{"oms_batches_total", "Batches committed", &RuntimeCounters::batches},
      Counter{"oms_messages_total", "Messages decided, cascades included",
              &RuntimeCounters::messages},
      Counter{"oms_rows_written_total", "Rows written to the store", &RuntimeCounters::rows},
      Counter{"oms_dead_letters_total", "Messages that no rule could decide",
              &RuntimeCounters::dead_letters},
      Counter{"oms_wake_ups_total", "Records whose due time has come", &RuntimeCounters::wake_ups},
      Counter{"oms_refused_full_total", "Messages turned away because the queue was full",
              &RuntimeCounters::refused_full},
      Counter{"oms_failed_commits_total", "Commits that failed and were decided again",
              &RuntimeCounters::failed_commits}};
  for (const auto& [name, help, count] : counters) {
    all.counter(name, help, sum(homes, [count](const auto& home) -> std::uint64_t {
                  return home.runtime.counters().*count;
                }));
  }
  runtime::EffectCounts effects;
  for (const auto& home : homes) {
    for (const auto lane : {&runtime::EffectCounts::payments, &runtime::EffectCounts::email,
                            &runtime::EffectCounts::sms}) {
      (effects.*lane).dropped += (home.effects.*lane).dropped;
      (effects.*lane).in_flight += (home.effects.*lane).in_flight;
    }
  }
  add_effects(all, effects);
}

void add_alarms(Families& all, const Homes& homes) {
  const auto alarms = [&](auto of) {
    return sum(homes, [of](const auto& home) { return of(home.alarms); });
  };
  all.counter("oms_stock_low_total", "Items that have become low",
              alarms([](const Alarms& of) { return of.stock_low(); }));
  all.counter("oms_stock_out_total", "Items that have run out",
              alarms([](const Alarms& of) { return of.stock_out(); }));
  all.counter("oms_promises_missed_total", "Orders that were later than promised",
              alarms([](const Alarms& of) { return of.promises_missed(); }));
  all.header("oms_payment_alarms_total", "Money that moved unasked, or did not move",
             MetricType::counter);
  for (const auto& [kind, name] : json::enumerators<PaymentAlarm::Kind>) {
    all.labelled({{"kind", std::string{name}}},
                 alarms([kind](const Alarms& of) { return of.payment_alarms(kind); }));
  }
}

void add_http(Families& all, const HttpServerStats& http) {
  all.gauge("oms_http_connections", "Open connections", http.connections);
  all.counter("oms_http_connections_accepted_total", "Connections accepted", http.accepted);
  all.counter("oms_http_connections_refused_total",
              "Connections turned away because all were taken", http.turned_away);
  all.counter("oms_http_timeouts_total", "Requests and answers that took too long", http.timed_out);
  all.header("oms_http_responses_total", "Answers by class of status", MetricType::counter);
  all.labelled({{"code", "2xx"}}, http.answers_2xx);
  all.labelled({{"code", "3xx"}}, http.answers_3xx);
  all.labelled({{"code", "4xx"}}, http.answers_4xx);
  all.labelled({{"code", "5xx"}}, http.answers_5xx);
}

// What each home has measured, as one; and what the process is.
void add_measured(const MetricsSource& source, std::vector<MetricFamily>& families) {
  std::vector<ProcessMetrics> homes;
  for (const auto& home : source.homes) {
    auto& own = homes.emplace_back();
    if (home.meter != nullptr) own.families = metrics_of(*home.meter);
    if (home.gauges != nullptr)
      std::ranges::move(home.gauges->families(), std::back_inserter(own.families));
  }
  std::ranges::move(merged(homes), std::back_inserter(families));
  if (source.requests != nullptr) {
    std::ranges::move(source.requests->families(), std::back_inserter(families));
  }
  std::ranges::move(process_metrics(), std::back_inserter(families));
}

}  // namespace

std::string process_name(const runtime::IdSource& ids) {
  std::string name;
  for (const auto byte : ids.process()) {
    fmt::format_to(std::back_inserter(name), "{:02x}", byte);
  }
  return name;
}

ProcessMetrics metrics_of(const MetricsSource& source) {
  Families all;
  const auto& homes = source.homes;
  if (!homes.empty()) add_runtime(all, homes);
  if (!homes.empty()) add_alarms(all, homes);
  if (source.reconciliation) add_reconciliation(all, *source.reconciliation);
  if (source.events) add_events(all, *source.events);
  if (!homes.empty()) {
    all.gauge("oms_queue_messages", "Messages that wait for the next batch",
              sum(homes, [](const auto& home) { return home.runtime.queue_size(); }));
  }
  if (source.is_apart) {
    all.gauge("oms_broker_unconfirmed_messages", "Messages that the broker has yet to confirm",
              sum(homes, [](const auto& home) { return home.runtime.unconfirmed(); }));
  }
  if (source.watchers) all.gauge("oms_watchers", "Open event streams of orders", *source.watchers);
  if (source.http) add_http(all, *source.http);
  if (source.spans) {
    all.counter("oms_spans_exported_total", "Spans that the collector of traces has taken",
                source.spans->exported);
    all.counter("oms_spans_dropped_total", "Spans that found no place, or no collector",
                source.spans->dropped);
  }
  all.counter("oms_log_lines_dropped_total", "Lines of the log that had to go as too many waited",
              dropped_log_lines());
  all.gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
  ProcessMetrics metrics{.process = {}, .services = {}, .families = all.take()};
  add_measured(source, metrics.families);
  if (source.http) metrics.services.emplace_back("gateway");
  for (const auto& home : homes) {
    for (const auto service : home.services) metrics.services.emplace_back(json::name_of(service));
  }
  metrics.process = process_name(source.ids);
  return metrics;
}

GatheredMetrics ShopMetrics::gather() {
  auto gathered = others_ != nullptr ? others_->gather() : GatheredMetrics{};
  gathered.processes.insert(gathered.processes.begin(), own_());
  return gathered;
}

}  // namespace oms::process
