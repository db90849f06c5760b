#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "ports/broker.h"
#include "process/alarms.h"
#include "process/data_folder.h"
#include "process/event_feed.h"
#include "process/event_intake.h"
#include "process/host.h"
#include "process/local_ports.h"
#include "process/local_reconciler.h"
#include "process/metrics.h"
#include "process/near_ports.h"
#include "process/notice_reports.h"
#include "process/outage_log.h"
#include "process/service_set.h"
#include "process/settings.h"
#include "process/system_clock.h"
#include "process/upkeep.h"
#include "process/wiring.h"

namespace oms::process {

// What joins a home to services elsewhere; nothing where there are none.
struct Elsewhere {
  Broker* broker = nullptr;
  Peers* peers = nullptr;
  Commands* commands = nullptr;
  Views* views = nullptr;
  Tracer* tracer = nullptr;  // of the process
};

// Some services with all that they need to live in this process: their folder and store, the clock
// by which they decide, what the store needs between two batches, the host that decides, and the
// ports by which others reach them. `oms up` has one home for all services, `oms serve` one for
// each group.
class Home {
 public:
  // Takes the folder and opens the store. An empty group: all services. The rest outlives it.
  static Result<std::unique_ptr<Home>> open(const Settings& settings, const ServiceGroup& group,
                                            runtime::IdSource& ids, Elsewhere elsewhere = {});

  // Once, before `start`: with what its effects go to, which is null where no service here starts
  // such.
  void furnish(OpenProvider provider, OpenNotifiers notifiers);

  // Begins to decide. `on_failure` is called on a thread of its own if the store can no longer be
  // trusted: the process must end.
  void start(std::function<void(const Error&)> on_failure);

  // Once nobody submits or reads any more: what was taken is decided and answered.
  Result<void> stop();

  std::string_view log_name() const;  // where what concerns it as a whole is told
  DataFolder& folder() { return *folder_; }
  Clock& clock() { return *clock_; }
  std::size_t items() const { return items_; }  // in the catalogue, where stock lives here

  // Once it is furnished.
  Commands& commands() { return *commands_; }
  Views& views() { return *views_; }
  LocalChanges& changes() { return changes_; }
  Webhooks* webhooks() { return webhooks_ ? &*webhooks_ : nullptr; }  // of payments
  NoticeReports* notice_reports() { return notice_reports_ ? &*notice_reports_ : nullptr; }
  LocalReconciler* reconciler() { return reconciler_ ? &*reconciler_ : nullptr; }  // the same
  // Where the provider lists its events.
  const EventFeed* event_feed() const { return event_feed_ ? &*event_feed_ : nullptr; }
  Result<Answer> answer(const Question& question) const { return host_->answer(question); }
  const OpenProvider& provider() const { return provider_; }
  void back_up(std::string path, Upkeep::Done done) {
    upkeep_->request_backup(std::move(path), std::move(done));
  }
  MetricsSource::Home metrics() const;

 private:
  Home(const Settings& settings, const ServiceGroup& group, runtime::IdSource& ids,
       Elsewhere elsewhere);
  Result<void> open_folder();
  Result<void> open_store();
  bool has(ServiceName service) const { return services_.services().named(service) != nullptr; }
  Host::Parts host_parts();
  void open_reconciler();
  void open_event_feed();
  std::uint64_t batches() const { return host_->runtime().counters().batches.load(); }

  const Settings settings_;
  const Elsewhere elsewhere_;
  runtime::IdSource& ids_;
  std::optional<DataFolder> folder_;  // outlives all that writes to it
  ServiceSet services_;
  runtime::Meter meter_;
  std::size_t items_ = 0;
  std::unique_ptr<SystemClock> clock_;
  OpenStore stored_;
  std::unique_ptr<WatchedStore> watched_store_;
  std::unique_ptr<Upkeep> upkeep_;
  Alarms alarms_;
  LocalChanges changes_;
  OpenProvider provider_;
  OpenNotifiers notifiers_;
  std::unique_ptr<Host> host_;
  std::optional<LocalCommands> commands_;
  mutable std::optional<StoreGauges> gauges_;  // outlives the views, which read for it
  std::optional<LocalViews> views_;
  std::optional<EventIntake> intake_;
  std::optional<LocalWebhooks> webhooks_;
  std::optional<NoticeReports> notice_reports_;
  std::optional<NearCommands> near_commands_;
  std::optional<NearPeers> near_peers_;
  std::optional<LocalReconciler> reconciler_;
  std::optional<EventFeed> event_feed_;
};

}  // namespace oms::process
