#include "process/home.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "process/clock_floor.h"
#include "process/first_start.h"
#include "process/log.h"
#include "process/notice_settings.h"
#include "process/serving.h"

namespace oms::process {
namespace {

// What it costs and brings: docs/performance.md.
constexpr Duration pace_apart{20};

// A new shop's shelf. An operator's changes stay: only what is missing altogether is put there.
Result<std::size_t> stock_the_shelf(Store& store, const std::string& currency) {
  OMS_TRY(const auto page,
          store.find({.type = &type_of<stock::Item>(), .limit = 1000, .and_newer = true}));
  if (!page.records.empty()) return page.records.size();
  std::vector<Change> changes;
  for (auto& item : stock::default_catalogue(currency)) {
    auto record = make_record(std::move(item));
    const auto key = record.key();
    changes.push_back({.key = key, .record = std::move(record), .expected = 0});
  }
  std::ranges::sort(changes, std::less<>{}, &Change::key);
  const auto stocked = store.commit(changes);
  // Another process was faster, and has put there the same.
  const bool is_there = stocked || stocked.error().kind == ErrorKind::conflict;
  if (!is_there) return std::unexpected(stocked.error());
  return changes.size();
}

Alarms::Tell alarms_to_log(LogLevel level) {
  return [level](ServiceName service, const std::string& text, const LogSubject& subject) {
    tell(level, json::name_of(service), text, subject);
  };
}

}  // namespace

Home::Home(const Settings& settings, const ServiceGroup& group, runtime::IdSource& ids,
           Elsewhere elsewhere)
    : settings_(settings),
      elsewhere_(elsewhere),
      ids_(ids),
      services_(settings, group, is_shared_store(settings)),
      alarms_(alarms_to_log(LogLevel::warn), alarms_to_log(LogLevel::error)) {}

std::string_view Home::log_name() const {
  if (elsewhere_.broker == nullptr) return process_log;
  return json::name_of(services_.services().names().front());
}

Result<std::unique_ptr<Home>> Home::open(const Settings& settings, const ServiceGroup& group,
                                         runtime::IdSource& ids, Elsewhere elsewhere) {
  auto complete = settings;
  OMS_TRY(complete.notification, notification_settings(settings));
  auto home = std::unique_ptr<Home>(new Home{complete, group, ids, elsewhere});
  OMS_CHECK(home->open_folder());
  OMS_CHECK(home->open_store());
  return home;
}

Result<void> Home::open_folder() {
  OMS_CHECK(check_writable(store_path(settings_), settings_.data));
  OMS_TRY(auto folder, DataFolder::take(settings_.data));
  folder_.emplace(std::move(folder));
  return {};
}

Result<void> Home::open_store() {
  OMS_TRY(stored_, process::open_store(settings_, services_.types(), tell_upgrade));
  if (has(ServiceName::stock)) {
    OMS_TRY(items_, stock_the_shelf(*stored_.store, settings_.stock.currency));
  }
  OMS_TRY(const auto floor, clock_floor(*stored_.store, has(ServiceName::orders)));
  clock_ = std::make_unique<SystemClock>(
      floor, [warn = warns_of(log_name())](Duration by) { warn(jump_text(by)); });
  upkeep_ = std::make_unique<Upkeep>(*stored_.store, services_.services(), stored_.start_backup,
                                     settings_, OutageLog{"housekeeping", warns_of(log_name())},
                                     elsewhere_.peers);
  watched_store_ =
      std::make_unique<WatchedStore>(*stored_.store, OutageLog{"storing", warns_of(log_name())});
  return {};
}

Host::Parts Home::host_parts() {
  Host::Parts parts{
      .services = services_.services(),
      .store = *watched_store_,
      .reader = *stored_.reader,
      .clock = *clock_,
      .ids = ids_,
      .observe =
          [this](const runtime::Committed& committed) {
            changes_.observe(committed);
            alarms_.observe(committed);
          },
      .is_followed =
          [this](const RecordType& type) {
            return Alarms::follows(type) || changes_.follows(type);
          },
      .upkeep = {.is_due = [this](Time now) { return upkeep_->is_due(now, batches()); },
                 .run = [this](Time now) { return upkeep_->run(now, batches()); }},
      .payments = provider_.provider.get(),
      .email = notifiers_.email(),
      .sms = notifiers_.sms.get(),
      .broker = elsewhere_.broker,
      .peers = elsewhere_.peers,
      .tracer = elsewhere_.tracer,
      .meter = &meter_};
  if (is_shared_store(settings_)) parts.replica = ids_.make(clock_->now());
  return parts;
}

void Home::furnish(OpenProvider provider, OpenNotifiers notifiers) {
  provider_ = std::move(provider);
  notifiers_ = std::move(notifiers);
  host_ = std::make_unique<Host>(
      host_parts(),
      runtime::RuntimeSettings{.batch_max = settings_.batch_max,
                               .lane_max = settings_.queue_max,
                               .pace = elsewhere_.broker != nullptr ? pace_apart : Duration{0}});
  Erasure::Parts erasure{.store = *stored_.store,
                         .services = services_.services(),
                         .offer =
                             [this](Message message) {
                               return host_->offer(std::move(message), runtime::Lane::urgent);
                             },
                         .notifier = notifiers_.files.get()};
  if (has(ServiceName::orders)) erasure.archive = Housekeeping::archive_in(settings_.data);
  upkeep_->set_erasure(std::make_unique<Erasure>(std::move(erasure)));
  commands_.emplace(*host_);
  views_.emplace(*stored_.reader);
  gauges_.emplace(*views_, *clock_, StoreGauges::Kept{.sagas = has(ServiceName::coordinator)});
  if (notifiers_.read_report) notice_reports_.emplace(notifiers_.read_report, *commands_);
  if (provider_.provider != nullptr) {
    intake_.emplace(*provider_.provider, *commands_, elsewhere_.tracer);
    webhooks_.emplace(*provider_.provider, *intake_, *clock_);
    open_reconciler();
    open_event_feed();
  }
}

// The books are compared where the provider can be asked.
void Home::open_reconciler() {
  auto settings = settings_.reconciliation;
  const auto kept_hours = std::max(settings_.retention_hours, settings_.refund_window_hours);
  settings.kept = std::chrono::hours{kept_hours - 1};
  near_commands_.emplace(*commands_, services_.services(), elsewhere_.commands);
  near_peers_.emplace(*host_, services_.services(), elsewhere_.peers);
  Views& orders = has(ServiceName::orders) ? *views_ : *elsewhere_.views;
  reconciler_.emplace(
      LocalReconciler::Parts{.books = {.views = orders,
                                       .peers = *near_peers_,
                                       .provider = *provider_.provider,
                                       .clock = *clock_},
                             .commands = *near_commands_,
                             .make_id = [this] { return ids_.make(clock_->now()); },
                             .warn = warns_of(json::name_of(ServiceName::payments))},
      settings);
}

void Home::open_event_feed() {
  const auto every = settings_.reconciliation.events_every;
  if (every == Duration{0} || !provider_.provider->lists_events()) return;
  event_feed_.emplace(EventFeed::Parts{.provider = *provider_.provider,
                                       .intake = *intake_,
                                       .clock = *clock_,
                                       .warn = warns_of(json::name_of(ServiceName::payments))},
                      every);
}

void Home::start(std::function<void(const Error&)> on_failure) {
  host_->start(std::move(on_failure));
  if (reconciler_) reconciler_->begin();
  if (event_feed_) event_feed_->begin();
}

Result<void> Home::stop() {
  if (reconciler_) reconciler_->stop();
  if (event_feed_) event_feed_->stop();
  views_->stop();
  auto outcome = host_->stop();
  provider_ = {};
  return outcome;
}

MetricsSource::Home Home::metrics() const {
  return {.services = services_.services().names(),
          .runtime = host_->runtime(),
          .alarms = alarms_,
          .effects = host_->effects(),
          .meter = &meter_,
          .gauges = gauges_ ? &*gauges_ : nullptr};
}

}  // namespace oms::process
