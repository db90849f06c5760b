#include "process/server.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "adapters/crypto/crypto.h"
#include "process/alarms.h"
#include "process/authentication.h"
#include "process/clock_floor.h"
#include "process/core_dumps.h"
#include "process/data_folder.h"
#include "process/face.h"
#include "process/first_start.h"
#include "process/host.h"
#include "process/local_ports.h"
#include "process/local_reconciler.h"
#include "process/metrics.h"
#include "process/outage_log.h"
#include "process/service_manager.h"
#include "process/service_set.h"
#include "process/system_clock.h"
#include "process/wiring.h"

namespace oms::process {
namespace {

runtime::IdSource::Process random_process() {
  runtime::IdSource::Process process{};
  fill_random(process);
  return process;
}

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

void warn(const std::string& text) {
  spdlog::warn("{}", text);
}
void fail_loudly(const std::string& text) {
  spdlog::error("{}", text);
}

void tell_manager(std::string_view state) {
  if (const auto told = notify_service_manager(state); !told) warn(told.error().detail);
}

// The service manager is to wait for this process, for so long from now.
void tell_upgrade(std::string_view at) {
  spdlog::info("bringing the database to this version's layout: {}", at);
  tell_manager("EXTEND_TIMEOUT_USEC=30000000");
}

class Server {
 public:
  static Result<std::unique_ptr<Server>> open(const Settings& settings) {
    auto server = std::unique_ptr<Server>(new Server{settings});
    OMS_CHECK(server->open_folder());
    OMS_CHECK(server->open_store());
    OMS_CHECK(server->open_host());
    server->open_face();
    return server;
  }

  Result<void> run(const std::function<void(const Started&)>& on_started) {
    OMS_CHECK(folder_->announce(face_->url()));
    face_->start();
    host_->start([this](const Error& error) {
      spdlog::critical("the store can no longer be trusted: {}", error.detail);
      face_->set_ready(false);
      ::kill(::getpid(), SIGTERM);  // to the process: this thread lets it wait for ever
    });
    face_->set_ready(true);
    reconciler_->begin();
    tell_manager("READY=1");
    on_started({.url = face_->url(),
                .order_url = face_->order_url(),
                .token_path = (settings_.data / "operator.token").string(),
                .items = items_});
    int signal = 0;
    ::sigwait(&stop_signals(), &signal);
    tell_manager("STOPPING=1");
    folder_->withdraw();  // before the port is free for others
    reconciler_->stop();
    face_->stop();
    views_->stop();
    auto outcome = host_->stop();
    provider_ = {};
    return outcome;
  }

  static sigset_t& stop_signals() {
    static sigset_t signals = [] {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGINT);
      sigaddset(&set, SIGTERM);
      // A terminal that closes. Under nohup it is ignored, which blocking it would undo.
      struct sigaction hangup{};
      ::sigaction(SIGHUP, nullptr, &hangup);
      if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
      return set;
    }();
    return signals;
  }

 private:
  explicit Server(const Settings& settings)
      : settings_(settings), ids_(random_process()), services_(settings) {}

  Result<void> open_folder() {
    OMS_CHECK(check_writable(store_path(settings_), settings_.data));
    OMS_TRY(auto folder, DataFolder::take(settings_.data));
    folder_.emplace(std::move(folder));
    OMS_TRY(secrets_, secrets_in(settings_.data));
    if (!secrets_.are_private) {
      spdlog::warn(
          "{} is on a file system without permissions: who may read the operator's token is up to "
          "its mount options, such as umask=077; or give another folder with --data",
          settings_.data.string());
    }
    return {};
  }

  Result<void> open_store() {
    OMS_TRY(stored_, process::open_store(settings_, services_.types(), tell_upgrade));
    OMS_TRY(items_, stock_the_shelf(*stored_.store, settings_.stock.currency));
    OMS_TRY(const auto floor, clock_floor(*stored_.store));
    clock_ = std::make_unique<SystemClock>(floor, [](Duration by) { warn(jump_text(by)); });
    upkeep_ = std::make_unique<Upkeep>(*stored_.store, services_.services(), stored_.start_backup,
                                       settings_, OutageLog{"housekeeping", warn});
    watched_store_ = std::make_unique<WatchedStore>(*stored_.store, OutageLog{"storing", warn});
    return {};
  }

  // The face comes first, for links lead to where it listens.
  Result<void> open_host() {
    OMS_TRY(face_, Face::listen(settings_, *clock_, ids_));
    OMS_TRY(provider_,
            open_provider(settings_, {.base_url = face_->base_url(),
                                      .webhook_secret = secrets_.webhook_secret,
                                      .clock = *clock_,
                                      .deliver = [this](const HttpRequest& request, auto done) {
                                        face_->deliver(request, std::move(done));
                                      }}));
    OMS_TRY(notifier_, open_notifier(settings_, *clock_));
    OMS_TRY(authentication_, Authentication::begin(settings_, warn));
    host_ = std::make_unique<Host>(
        Host::Parts{
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
            .email = notifier_.get(),
            .sms = notifier_.get()},
        runtime::RuntimeSettings{.batch_max = settings_.batch_max,
                                 .lane_max = settings_.queue_max});
    upkeep_->set_erasure(std::make_unique<Erasure>(
        Erasure::Parts{.store = *stored_.store,
                       .services = services_.services(),
                       .offer =
                           [this](Message message) {
                             return host_->offer(std::move(message), runtime::Lane::urgent);
                           },
                       .notifier = notifier_.get(),
                       .archive = Housekeeping::archive_in(settings_.data)}));
    return {};
  }

  void open_face() {
    commands_ = std::make_unique<LocalCommands>(*host_);
    views_ = std::make_unique<LocalViews>(*stored_.reader);
    webhooks_.emplace(*provider_.provider, *commands_, *clock_);
    open_reconciler();
    face_->open({.commands = *commands_,
                 .views = *views_,
                 .changes = changes_,
                 .secrets = secrets_,
                 .webhooks = &*webhooks_,
                 .checkout = provider_.checkout,
                 .tokenize = provider_.tokenize,
                 .reconciler = reconciler_.get(),
                 .identities = authentication_ ? &authentication_->identities() : nullptr,
                 .back_up =
                     [this](std::string path, Upkeep::Done done) {
                       upkeep_->request_backup(std::move(path), std::move(done));
                     },
                 .metrics = [this] { return metrics(); }});
  }

  void open_reconciler() {
    auto settings = settings_.reconciliation;
    const auto kept_hours = std::max(settings_.retention_hours, settings_.refund_window_hours);
    settings.kept = std::chrono::hours{kept_hours - 1};
    peers_ = std::make_unique<LocalPeers>(*host_);
    reconciler_ = std::make_unique<LocalReconciler>(
        LocalReconciler::Parts{.books = {.views = *views_,
                                         .peers = *peers_,
                                         .provider = *provider_.provider,
                                         .clock = *clock_},
                               .commands = *commands_,
                               .make_id = [this] { return ids_.make(clock_->now()); },
                               .warn = warn},
        settings);
  }

  std::uint64_t batches() const { return host_->runtime().counters().batches.load(); }

  std::string metrics() const {
    return metrics_text({.runtime = host_->runtime().counters(),
                         .alarms = alarms_,
                         .reconciliation = reconciler_->counts(),
                         .queue_size = host_->runtime().queue_size(),
                         .effects = host_->effects(),
                         .watchers = face_->watchers(),
                         .http = face_->stats()});
  }

  const Settings settings_;
  std::optional<DataFolder> folder_;  // outlives all that writes to it
  runtime::IdSource ids_;
  ServiceSet services_;
  Secrets secrets_;
  std::size_t items_ = 0;
  std::unique_ptr<SystemClock> clock_;
  OpenStore stored_;
  std::unique_ptr<WatchedStore> watched_store_;
  std::unique_ptr<Upkeep> upkeep_;
  Alarms alarms_{warn, fail_loudly};
  LocalChanges changes_;
  std::unique_ptr<Authentication> authentication_;  // null: callers need not prove who they are
  // The provider tells the face, and the host asks the provider: each ends after its user.
  std::unique_ptr<Face> face_;
  OpenProvider provider_;
  std::unique_ptr<Notifier> notifier_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<LocalCommands> commands_;
  std::unique_ptr<LocalViews> views_;
  std::optional<LocalWebhooks> webhooks_;
  std::unique_ptr<LocalPeers> peers_;
  std::unique_ptr<LocalReconciler> reconciler_;
};

}  // namespace

Result<void> run_server(const Settings& settings,
                        const std::function<void(const Started&)>& on_started) {
  forbid_core_dumps();
  ::signal(SIGPIPE, SIG_IGN);
  // Before any thread: all of them inherit the mask, and `run` alone waits for the signals.
  ::pthread_sigmask(SIG_BLOCK, &Server::stop_signals(), nullptr);
  OMS_TRY(const auto server, Server::open(settings));
  return server->run(on_started);
}

}  // namespace oms::process
