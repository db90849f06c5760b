#include "process/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <utility>

#include "codec/json_names.h"

namespace oms::process {
namespace {

class Text {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    add(name, help, "counter", value);
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    add(name, help, "gauge", value);
  }
  void labelled(std::string_view name, std::string_view label, std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), "{}{{{}}} {}\n", name, label, value);
  }
  void header(std::string_view name, std::string_view help, std::string_view type) {
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  }
  std::string take() { return std::move(text_); }

 private:
  void add(std::string_view name, std::string_view help, std::string_view type,
           std::uint64_t value) {
    header(name, help, type);
    fmt::format_to(std::back_inserter(text_), "{} {}\n", name, value);
  }
  std::string text_;
};

std::uint64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void add_effects(Text& text, const runtime::EffectCounts& effects) {
  const std::array<std::pair<std::string_view, runtime::LaneCounts>, 3> lanes{
      {{"kind=\"payment\"", effects.payments},
       {"kind=\"email\"", effects.email},
       {"kind=\"sms\"", effects.sms}}};
  text.header("oms_effects_deferred_total",
              "Effects left to a wake-up because their queue was full", "counter");
  for (const auto& [kind, counts] : lanes) {
    text.labelled("oms_effects_deferred_total", kind, counts.dropped);
  }
  text.header("oms_effects_in_flight", "Effects that were started and have no outcome yet",
              "gauge");
  for (const auto& [kind, counts] : lanes) {
    text.labelled("oms_effects_in_flight", kind, counts.in_flight);
  }
}

void add_reconciliation(Text& text, const ReconciliationCounts& counts) {
  text.header("oms_reconciliation_runs_total", "Reconciliations that have ended", "counter");
  text.labelled("oms_reconciliation_runs_total", R"(result="done")", counts.runs);
  text.labelled("oms_reconciliation_runs_total", R"(result="failed")", counts.failures);
  text.counter("oms_reconciliation_repairs_total", "Differences that were repaired",
               counts.repairs);
  text.gauge("oms_reconciliation_last_run_timestamp_seconds",
             "When the last reconciliation came to its end",
             static_cast<std::uint64_t>(counts.last_end.unix_ms / 1000));
  text.header("oms_reconciliation_differences", "Differences that the last reconciliation has left",
              "gauge");
  for (const auto& [kind, name] : json::enumerators<Difference>) {
    text.labelled("oms_reconciliation_differences", fmt::format("kind=\"{}\"", name),
                  counts.left.at(static_cast<std::size_t>(kind)));
  }
}

void add_events(Text& text, const EventFeed::Counts& counts) {
  constexpr std::string_view passes = "oms_provider_event_passes_total";
  text.header(passes, "Times that the payment provider was asked for its events", "counter");
  text.labelled(passes, R"(result="done")", counts.passes);
  text.labelled(passes, R"(result="failed")", counts.failures);
  text.counter("oms_provider_events_recovered_total",
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

void add_runtime(Text& text, const Homes& homes) {
  using runtime::RuntimeCounters;
  struct Counter {
    std::string_view name;
    std::string_view help;
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
    text.counter(name, help, sum(homes, [count](const auto& home) -> std::uint64_t {
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
  add_effects(text, effects);
}

void add_alarms(Text& text, const Homes& homes) {
  const auto alarms = [&](auto of) {
    return sum(homes, [of](const auto& home) { return of(home.alarms); });
  };
  text.counter("oms_stock_low_total", "Items that have become low",
               alarms([](const Alarms& of) { return of.stock_low(); }));
  text.counter("oms_stock_out_total", "Items that have run out",
               alarms([](const Alarms& of) { return of.stock_out(); }));
  text.counter("oms_promises_missed_total", "Orders that were later than promised",
               alarms([](const Alarms& of) { return of.promises_missed(); }));
  text.header("oms_payment_alarms_total", "Money that moved unasked, or did not move", "counter");
  for (const auto& [kind, name] : json::enumerators<PaymentAlarm::Kind>) {
    text.labelled("oms_payment_alarms_total", fmt::format("kind=\"{}\"", name),
                  alarms([kind](const Alarms& of) { return of.payment_alarms(kind); }));
  }
}

void add_http(Text& text, const HttpServerStats& http) {
  text.gauge("oms_http_connections", "Open connections", http.connections);
  text.counter("oms_http_connections_accepted_total", "Connections accepted", http.accepted);
  text.counter("oms_http_connections_refused_total",
               "Connections turned away because all were taken", http.turned_away);
  text.counter("oms_http_timeouts_total", "Requests and answers that took too long",
               http.timed_out);
  text.header("oms_http_responses_total", "Answers by class of status", "counter");
  text.labelled("oms_http_responses_total", "code=\"2xx\"", http.answers_2xx);
  text.labelled("oms_http_responses_total", "code=\"3xx\"", http.answers_3xx);
  text.labelled("oms_http_responses_total", "code=\"4xx\"", http.answers_4xx);
  text.labelled("oms_http_responses_total", "code=\"5xx\"", http.answers_5xx);
}

}  // namespace

std::string metrics_text(const MetricsSource& source) {
  Text text;
  const auto& homes = source.homes;
  if (!homes.empty()) add_runtime(text, homes);
  if (!homes.empty()) add_alarms(text, homes);
  if (source.reconciliation) add_reconciliation(text, *source.reconciliation);
  if (source.events) add_events(text, *source.events);
  if (!homes.empty()) {
    text.gauge("oms_queue_messages", "Messages that wait for the next batch",
               sum(homes, [](const auto& home) { return home.runtime.queue_size(); }));
  }
  if (source.is_apart) {
    text.gauge("oms_broker_unconfirmed_messages", "Messages that the broker has yet to confirm",
               sum(homes, [](const auto& home) { return home.runtime.unconfirmed(); }));
  }
  if (source.watchers) text.gauge("oms_watchers", "Open event streams of orders", *source.watchers);
  if (source.http) add_http(text, *source.http);
  text.gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
  return text.take();
}

}  // namespace oms::process
