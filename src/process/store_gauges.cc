#include "process/store_gauges.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

#include "codec/json_names.h"
#include "messages/control.h"
#include "messages/coordinator.h"
#include "runtime/records.h"

namespace oms::process {
namespace {

constexpr Duration read_every{std::chrono::seconds{10}};
constexpr std::size_t looked_at_max = 1000;

MetricFamily gauge(const char* name, const char* help) {
  return {.name = name, .help = help, .type = MetricType::gauge};
}

MetricFamily age(const char* name, const char* help, std::optional<Time> since, Time now) {
  auto made = gauge(name, help);
  const auto span = since ? std::max(Duration{0}, now - *since) : Duration{0};
  const auto seconds = static_cast<double>(span.count()) / 1000;  // not money
  made.samples.push_back({.suffix = {}, .labels = {}, .value = seconds});
  return made;
}

}  // namespace

std::vector<MetricFamily> StoreGauges::families() {
  const std::scoped_lock lock{mutex_};
  const auto now = clock_.now();
  if (now >= next_ && !is_reading_) {
    is_reading_ = true;
    views_.aside([this] { read(); });
  }
  return seen_;
}

void StoreGauges::read() {
  auto seen = dead_letters();
  if (kept_.sagas) std::ranges::move(sagas(), std::back_inserter(seen));
  const std::scoped_lock lock{mutex_};
  seen_ = std::move(seen);
  next_ = clock_.now() + read_every;
  is_reading_ = false;
}

std::vector<MetricFamily> StoreGauges::dead_letters() const {
  const auto page = views_.list({.type = &type_of<DeadLetterView>(),
                                 .newest_first = false,
                                 .limit = looked_at_max,
                                 .and_newer = true});
  if (!page) return {};
  auto count = gauge("oms_dead_letters", "Messages set aside that wait for somebody; 1000 at most");
  count.samples.push_back({.suffix = {},
                           .labels = {},
                           .value = static_cast<double>(page->records.size())});  // not money
  std::optional<Time> oldest;
  for (const auto& found : page->records) {
    const auto* letter = found.record ? found.record.as<runtime::DeadLetter>() : nullptr;
    if (letter != nullptr && (!oldest || letter->at < *oldest)) oldest = letter->at;
  }
  return {std::move(count), age("oms_dead_letters_oldest_age_seconds",
                                "How long the first of them has waited", oldest, clock_.wall())};
}

std::vector<MetricFamily> StoreGauges::sagas() const {
  const auto page = views_.list({.type = &type_of<SagaView>(),
                                 .column = "live",
                                 .value = "yes",
                                 .newest_first = false,
                                 .limit = looked_at_max,
                                 .and_newer = true});
  if (!page) return {};
  std::map<std::pair<std::string, std::string>, std::size_t> steps;
  std::optional<Time> oldest;
  for (const auto& found : page->records) {
    const auto* saga = found.record ? found.record.as<SagaView>() : nullptr;
    if (saga == nullptr) continue;
    ++steps[{saga->main.saga, saga->main.step}];
    if (!oldest || saga->main.started_at < *oldest) oldest = saga->main.started_at;
  }
  auto count = gauge("oms_sagas", "Orders under way by the step that they are at; 1000 at most");
  for (const auto& [at, number] : steps) {
    count.samples.push_back(
        {.suffix = {},
         .labels = {{.name = "saga", .value = at.first}, {.name = "step", .value = at.second}},
         .value = static_cast<double>(number)});  // not money
  }
  return {std::move(count), age("oms_sagas_oldest_age_seconds",
                                "How long the first of them is under way", oldest, clock_.wall())};
}

}  // namespace oms::process
