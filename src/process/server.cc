#include "process/server.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <optional>
#include <thread>

#include <spdlog/spdlog.h>

#include "adapters/crypto/crypto.h"
#include "adapters/files/notifier.h"
#include "adapters/http/server.h"
#include "adapters/simulated/provider.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/stripe/provider.h"
#include "adapters/stripe/webhook_event.h"
#include "adapters/stripe/webhook_signature.h"
#include "process/alarms.h"
#include "process/allowed_hosts.h"
#include "process/clock_floor.h"
#include "process/core_dumps.h"
#include "process/data_folder.h"
#include "process/dispatcher.h"
#include "process/failure_log.h"
#include "process/first_start.h"
#include "process/maintenance.h"
#include "process/metrics.h"
#include "process/outage_log.h"
#include "process/service_manager.h"
#include "process/service_set.h"
#include "process/settings_load.h"
#include "process/stripe_settings.h"
#include "process/system_clock.h"
#include "runtime/effects.h"

namespace oms::process {
namespace {

// How many connections there can be: each is an open file, and the rest of the process needs some.
std::size_t allow_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t others = std::min<rlim_t>(256, limit.rlim_max / 2);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, wanted + others));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);  // as it is now, whatever came of that
  const std::size_t allowed = limit.rlim_cur - std::min(others, limit.rlim_cur / 2);
  if (allowed >= wanted) return wanted;
  spdlog::warn("only {} connections: the limit of open files is {} (ulimit -Hn, LimitNOFILE=)",
               allowed, limit.rlim_cur);
  return allowed;
}

runtime::IdSource::Process random_process() {
  runtime::IdSource::Process process{};
  fill_random(process);
  return process;
}

SqliteOptions store_options(const Settings& settings) {
  constexpr std::string_view scheme = "sqlite:";
  std::string path = (settings.data / "oms.db").string();
  if (settings.store.starts_with(scheme)) path = settings.store.substr(scheme.size());
  SqliteOptions options;
  options.path = path;
  options.cache_bytes = settings.cache_mb << 20U;
  options.page_cache_bytes = settings.page_cache_mb << 20U;
  options.checkpoint_bytes = settings.checkpoint_mb << 20U;
  return options;
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
void log_error(const std::string& text) {
  spdlog::error("{}", text);
}

Duration steady_time() {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

void tell_manager(std::string_view state) {
  if (const auto told = notify_service_manager(state); !told) warn(told.error().detail);
}

class Server {
 public:
  static Result<std::unique_ptr<Server>> open(const Settings& settings) {
    auto server = std::unique_ptr<Server>(new Server{settings});
    OMS_CHECK(server->open_store());
    OMS_CHECK(server->open_edges());
    return server;
  }

  Result<void> run(const std::function<void(const Started&)>& on_started) {
    OMS_CHECK(folder_->announce(url_));
    std::thread io{[this] {
      ::pthread_setname_np(::pthread_self(), "oms-http-0");
      http_->run();
    }};
    Result<void> outcome;
    std::thread loop{[&] {
      ::pthread_setname_np(::pthread_self(), "oms-runtime");
      outcome = runtime_->run();
      if (outcome) return;
      spdlog::critical("the store can no longer be trusted: {}", outcome.error().detail);
      dispatcher_->set_ready(false);
      ::kill(::getpid(), SIGTERM);  // to the process: this thread lets it wait for ever
    }};
    dispatcher_->set_ready(true);
    tell_manager("READY=1");
    on_started(
        {.url = url_, .token_path = (settings_.data / "operator.token").string(), .items = items_});
    int signal = 0;
    ::sigwait(&stop_signals(), &signal);
    tell_manager("STOPPING=1");
    folder_->withdraw();  // before the port is free for others
    dispatcher_->set_ready(false);
    streams_.close_all();
    http_->stop();
    io.join();
    dispatcher_->stop();
    runtime_->close();
    loop.join();
    effects_->stop();
    provider_.reset();
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

  Result<void> open_store() {
    const auto options = store_options(settings_);
    OMS_CHECK(check_writable(options.path, settings_.data));
    OMS_TRY(auto folder, DataFolder::take(settings_.data));
    folder_.emplace(std::move(folder));
    OMS_TRY(secrets_, secrets_in(settings_.data));
    if (!secrets_.are_private) {
      spdlog::warn(
          "{} is on a file system without permissions: who may read the operator's token is up to "
          "its mount options, such as umask=077; or give another folder with --data",
          settings_.data.string());
    }
    OMS_TRY(store_, SqliteStore::open(options, services_.types()));
    OMS_TRY(reader_, SqliteReader::open(options, services_.types(), store_.get()));
    OMS_TRY(items_, stock_the_shelf(*store_, settings_.stock.currency));
    OMS_TRY(const auto floor, clock_floor(*store_));
    clock_ = std::make_unique<SystemClock>(floor, [](Duration by) { warn(jump_text(by)); });
    clock_note_ = std::make_unique<ClockNote>(*store_);
    maintenance_ = std::make_unique<Maintenance>(*store_, settings_);
    watched_store_ = std::make_unique<WatchedStore>(*store_, OutageLog{"storing", warn});
    runtime_ = std::make_unique<runtime::Runtime>(
        runtime::Runtime::Parts{
            .services = services_.services(),
            .store = *watched_store_,
            .clock = *clock_,
            .ids = ids_,
            .start_effects = [this](std::vector<Effect> e) { effects_->start(std::move(e)); },
            .observe =
                [this](const runtime::Committed& c) {
                  streams_.observe(c);
                  alarms_.observe(c);
                }},
        runtime::RuntimeSettings{.batch_max = settings_.batch_max,
                                 .lane_max = settings_.queue_max});
    runtime_->set_upkeep({.is_due = [this](Time now) { return is_upkeep_due(now); },
                          .run = [this](Time now) { return keep_up(now); }});
    return {};
  }

  std::uint64_t batches() const { return runtime_->counters().batches.load(); }
  bool is_upkeep_due(Time now) const {
    return maintenance_->is_due(now) || clock_note_->is_due(now, batches());
  }

  Result<void> keep_up(Time now) {
    auto done = maintenance_->run(now);
    if (done && clock_note_->is_due(now, batches())) done = clock_note_->write(now, batches());
    done ? upkeep_log_.succeeded() : upkeep_log_.failed(done.error());
    return done;
  }

  Result<void> open_edges() {
    const auto colon = settings_.listen.rfind(':');
    HttpServerOptions options;
    options.host = settings_.listen.substr(0, colon);
    options.port = static_cast<std::uint16_t>(std::stoi(settings_.listen.substr(colon + 1)));
    options.max_connections = allow_connections(settings_.connections_max);
    options.idle_timeout = settings_.idle_timeout;
    options.is_probe = Dispatcher::is_probe;
    options.on_failure = [this](HttpResponse& answer, std::string_view method,
                                std::string_view path) { failures_.note(answer, method, path); };
    options.report = [](std::string_view text) { spdlog::error("{}", text); };
    http_ = std::make_unique<HttpServer>(options, [this](HttpRequest request, HttpExchange e) {
      dispatcher_->handle(std::move(request), std::move(e));
    });
    OMS_TRY(const auto port, http_->listen());
    url_ = "http://" + options.host + ":" + std::to_string(port);
    const auto base_url = settings_.base_url.empty() ? url_ : settings_.base_url;
    gateway_ = std::make_unique<edge::Gateway>(gateway_settings(base_url));
    OMS_CHECK(open_provider(base_url));
    notifier_ = std::make_unique<FileNotifier>(settings_.data, *clock_);
    effects_ = std::make_unique<runtime::Effects>(runtime::Effects::Parts{
        .payments = *provider_,
        .email = *notifier_,
        .sms = *notifier_,
        .deliver = [this](Message message) { deliver(std::move(message)); }});
    dispatcher_ = std::make_unique<Dispatcher>(
        Dispatcher::Parts{.gateway = *gateway_,
                          .runtime = *runtime_,
                          .ids = ids_,
                          .clock = *clock_,
                          .reader = *reader_,
                          .payments = *provider_,
                          .streams = streams_,
                          .hosts = hosts_,
                          .checkout = checkout_,
                          .metrics = [this] { return metrics(); },
                          .back_up =
                              [this](std::string path, Dispatcher::Answer answer) {
                                back_up(std::move(path), std::move(answer));
                              }});
    receiver_.store(dispatcher_.get());
    return {};
  }

  edge::GatewaySettings gateway_settings(const std::string& base_url) const {
    return {.base_url = base_url,
            .operator_token = secrets_.operator_token,
            .digest = [](std::string_view text) { return to_hex(sha256(text)); },
            .zone = settings_.orders.zone,
            .dead_letters = &type_of<runtime::DeadLetter>(),
            .archived = &type_of<orders::ArchivedOrder>()};
  }

  Result<void> open_provider(const std::string& base_url) {
    if (settings_.payments == "stripe") {
      OMS_TRY(auto stripe, stripe_settings(settings_, current_environment(), base_url));
      provider_ = std::make_unique<StripeProvider>(std::move(stripe), *clock_);
      checkout_ = [](const HttpRequest&, Dispatcher::Answer answer) {
        answer(edge::problem(Error{ErrorKind::not_found, "the payment pages are Stripe's"}));
      };
      return {};
    }
    auto settings = settings_.provider;
    settings.path = (settings_.data / "provider.db").string();
    settings.base_url = base_url;
    signature_ = std::make_unique<stripe::WebhookSignature>(
        std::vector<std::string>{secrets_.webhook_secret});
    auto simulated = std::make_unique<SimulatedProvider>(
        settings, *clock_,
        SimulatedProvider::Webhooks{
            .sign = [this](std::string_view body, Time now) { return signature_->sign(body, now); },
            .read = [this](std::string_view signature, std::string_view body,
                           Time now) -> Result<Message> {
              OMS_CHECK(signature_->check(signature, body, now));
              return stripe::read_event(body);
            },
            .deliver =
                [this](HttpRequest request, std::move_only_function<void(int)> done) {
                  tell_ourselves(request, std::move(done));
                }});
    checkout_ = [pages = simulated.get()](HttpRequest request, Dispatcher::Answer answer) {
      pages->handle(std::move(request), std::move(answer));
    };
    provider_ = std::move(simulated);
    return {};
  }

  // The simulated provider's webhooks take the way that a real one's take, but for the socket.
  void tell_ourselves(const HttpRequest& request, std::move_only_function<void(int)> done) {
    auto* const dispatcher = receiver_.load();
    if (dispatcher == nullptr) return done(503);  // not yet up: it is told again
    auto plan = gateway_->plan(request, Id{}, clock_->wall());
    const auto* webhook = std::get_if<edge::Webhook>(&plan);
    if (webhook == nullptr) return done(404);
    dispatcher_->receive(*webhook, [this, done = std::move(done)](HttpResponse answer) mutable {
      if (answer.failure) failures_.note(answer, "POST", "/webhook");
      done(answer.status);
    });
  }

  // An outcome that finds no place waits for one, and its lane starts nothing more meanwhile.
  void deliver(Message message) {
    while (!runtime_->offer(message, runtime::Lane::urgent)) {
      if (runtime_->is_closed()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }

  std::string metrics() const {
    return metrics_text({.runtime = runtime_->counters(),
                         .alarms = alarms_,
                         .queue_size = runtime_->queue_size(),
                         .effects = effects_->counts(),
                         .watchers = streams_.size(),
                         .http = http_->stats()});
  }

  void back_up(std::string path, Dispatcher::Answer answer) {
    maintenance_->request_backup(path,
                                 [path, answer = std::move(answer)](Result<void> done) mutable {
                                   answer(done ? HttpResponse{.body = "{\"status\":\"complete\"}"}
                                               : edge::problem(done.error()));
                                 });
  }

  const Settings settings_;
  const AllowedHosts hosts_{settings_};
  std::optional<DataFolder> folder_;  // outlives all that writes to it
  runtime::IdSource ids_;
  FailureLog failures_{{.make_id = [this] { return ids_.make(clock_->now()); },
                        .elapsed = steady_time,
                        .error = log_error,
                        .warn = warn}};
  ServiceSet services_;
  Secrets secrets_;
  std::size_t items_ = 0;
  std::string url_;
  std::unique_ptr<SystemClock> clock_;
  std::unique_ptr<ClockNote> clock_note_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<WatchedStore> watched_store_;
  OutageLog upkeep_log_{"housekeeping", warn};
  std::unique_ptr<SqliteReader> reader_;
  std::unique_ptr<Maintenance> maintenance_;
  StreamHub streams_;
  Alarms alarms_{warn, log_error};
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<edge::Gateway> gateway_;
  std::unique_ptr<stripe::WebhookSignature> signature_;
  std::unique_ptr<FileNotifier> notifier_;
  std::unique_ptr<PaymentProvider> provider_;
  std::function<void(HttpRequest, Dispatcher::Answer)> checkout_;
  std::unique_ptr<runtime::Effects> effects_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::atomic<Dispatcher*> receiver_{nullptr};  // of webhooks, once it is there
  std::unique_ptr<HttpServer> http_;
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
