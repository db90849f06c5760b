#include "process/meter_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "codec/json_names.h"

namespace oms::process {
namespace {

MetricFamily family(const char* name, const char* help, MetricType type) {
  return {.name = name, .help = help, .type = type};
}

void add(MetricFamily& to, std::vector<MetricLabel> labels, double value) {  // not money
  to.samples.push_back({.suffix = {}, .labels = std::move(labels), .value = value});
}

MetricFamily one(const char* name, const char* help, MetricType type, double value) {  // not money
  auto made = family(name, help, type);
  add(made, {}, value);
  return made;
}

// A kind of effect: how each has ended, and after how long.
template <class Result, class Effect>
void add_effect(const std::string& kind, const Effect& effect, MetricFamily& ended,
                MetricFamily& seconds) {
  if (effect.seconds.is_empty()) return;
  effect.seconds.add_to(seconds, {{.name = "kind", .value = kind}});
  for (const auto& [result, name] : json::enumerators<Result>) {
    const auto count = effect.ended.at(static_cast<std::size_t>(result)).load();
    if (count == 0) continue;
    add(ended, {{.name = "kind", .value = kind}, {.name = "result", .value = std::string{name}}},
        static_cast<double>(count));  // not money
  }
}

const auto process_began = std::chrono::system_clock::now();

double started_at_seconds() {                     // not money
  using Seconds = std::chrono::duration<double>;  // not money
  return std::chrono::duration_cast<Seconds>(process_began.time_since_epoch()).count();
}

double cpu_seconds() {  // not money
  ::rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  constexpr double micro = 1e6;  // not money
  const auto whole =
      static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);  // not money
  return whole + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / micro;
}

double open_files() {  // not money
  std::error_code problem;
  std::filesystem::directory_iterator files{"/proc/self/fd", problem};
  double count = 0;  // not money
  for (; !problem && files != std::filesystem::directory_iterator{}; files.increment(problem)) {
    ++count;
  }
  return count;
}

}  // namespace

std::vector<MetricFamily> metrics_of(const runtime::Meter& meter) {
  using enum MetricType;
  auto seconds =
      family("oms_message_duration_seconds", "How long a message takes to be decided", histogram);
  auto failed =
      family("oms_messages_failed_total", "Messages that no rule could decide, by type", counter);
  for (std::size_t at = 0; at < meter.decided.size(); ++at) {
    const auto& type = meter.decided.at(at);
    if (type.seconds.is_empty()) continue;
    const std::vector<MetricLabel> labels{
        {.name = "type", .value = std::string{json::alternative_names<Payload>.at(at)}}};
    type.seconds.add_to(seconds, labels);
    add(failed, labels, static_cast<double>(type.failed.load()));  // not money
  }
  auto batches = family("oms_batch_messages", "Messages of one commit", histogram);
  meter.batch_messages.add_to(batches, {});
  auto commits =
      family("oms_commit_duration_seconds", "How long the store takes for one commit", histogram);
  meter.commit_seconds.add_to(commits, {});
  auto ended =
      family("oms_effects_total", "Calls of the payment provider and notices, by outcome", counter);
  auto effects = family("oms_effect_duration_seconds", "From the start of an effect to its outcome",
                        histogram);
  for (const auto& [kind, name] : json::enumerators<PaymentOperation::Kind>) {
    add_effect<PaymentOutcome::Result>("payment_" + std::string{name},
                                       meter.payments.at(static_cast<std::size_t>(kind)), ended,
                                       effects);
  }
  for (const auto& [channel, name] : json::enumerators<Channel>) {
    add_effect<NoticeResult>(std::string{name}, meter.notices.at(static_cast<std::size_t>(channel)),
                             ended, effects);
  }
  return {std::move(seconds),
          std::move(failed),
          std::move(batches),
          std::move(commits),
          std::move(ended),
          std::move(effects),
          one("oms_stock_refused_total", "Reservations that were refused for lack of stock",
              counter, static_cast<double>(meter.stock_refused.load()))};  // not money
}

std::vector<MetricFamily> process_metrics() {
  using enum MetricType;
  return {one("process_cpu_seconds_total", "Time of processors, user and system", counter,
              cpu_seconds()),
          one("process_start_time_seconds", "When the process began, since 1970", gauge,
              started_at_seconds()),
          one("process_open_fds", "Open files and sockets", gauge, open_files())};
}

}  // namespace oms::process
