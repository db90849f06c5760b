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

}  // namespace

std::string metrics_text(const MetricsSource& source) {
  Text text;
  const auto& counters = source.runtime;
  text.counter("oms_batches_total", "Batches committed", counters.batches);
  text.counter("oms_messages_total", "Messages decided, cascades included", counters.messages);
  text.counter("oms_rows_written_total", "Rows written to the store", counters.rows);
  text.counter("oms_dead_letters_total", "Messages that no rule could decide",
               counters.dead_letters);
  text.counter("oms_wake_ups_total", "Records whose due time has come", counters.wake_ups);
  text.counter("oms_refused_full_total", "Messages turned away because the queue was full",
               counters.refused_full);
  text.counter("oms_failed_commits_total", "Commits that failed and were decided again",
               counters.failed_commits);
  add_effects(text, source.effects);
  text.counter("oms_stock_low_total", "Items that have become low", source.alarms.stock_low());
  text.counter("oms_stock_out_total", "Items that have run out", source.alarms.stock_out());
  text.counter("oms_promises_missed_total", "Orders that were later than promised",
               source.alarms.promises_missed());
  text.header("oms_payment_alarms_total", "Money that moved unasked, or did not move", "counter");
  for (const auto& [kind, name] : json::enumerators<PaymentAlarm::Kind>) {
    text.labelled("oms_payment_alarms_total", fmt::format("kind=\"{}\"", name),
                  source.alarms.payment_alarms(kind));
  }
  add_reconciliation(text, source.reconciliation);
  text.gauge("oms_queue_messages", "Messages that wait for the next batch", source.queue_size);
  text.gauge("oms_watchers", "Open event streams of orders", source.watchers);
  text.gauge("oms_http_connections", "Open connections", source.http.connections);
  text.counter("oms_http_connections_accepted_total", "Connections accepted", source.http.accepted);
  text.counter("oms_http_connections_refused_total",
               "Connections turned away because all were taken", source.http.turned_away);
  text.counter("oms_http_timeouts_total", "Requests and answers that took too long",
               source.http.timed_out);
  text.header("oms_http_responses_total", "Answers by class of status", "counter");
  text.labelled("oms_http_responses_total", "code=\"2xx\"", source.http.answers_2xx);
  text.labelled("oms_http_responses_total", "code=\"3xx\"", source.http.answers_3xx);
  text.labelled("oms_http_responses_total", "code=\"4xx\"", source.http.answers_4xx);
  text.labelled("oms_http_responses_total", "code=\"5xx\"", source.http.answers_5xx);
  text.gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
  return text.take();
}

}  // namespace oms::process
