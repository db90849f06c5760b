#include "process/server.h"

#include <memory>
#include <optional>
#include <utility>

#include "process/authentication.h"
#include "process/face.h"
#include "process/first_start.h"
#include "process/home.h"
#include "process/log.h"
#include "process/metrics.h"
#include "process/serving.h"
#include "process/settings_load.h"
#include "process/side_door.h"
#include "process/tracing.h"
#include "process/wiring.h"

namespace oms::process {
namespace {

// One home for all services, and the face that customers see, in one process.
class Server {
 public:
  static Result<std::unique_ptr<Server>> open(const Settings& settings) {
    auto server = std::unique_ptr<Server>(new Server{settings});
    OMS_CHECK(server->open_home());
    OMS_CHECK(server->open_face());
    return server;
  }

  Result<void> run(const std::function<void(const Started&)>& on_started) {
    OMS_CHECK(home_->folder().announce(face_->url()));
    face_->start();
    home_->start([this](const Error& error) {
      tell(LogLevel::error, process_log, "the store can no longer be trusted: " + error.detail);
      face_->set_ready(false);
      ask_to_stop();
    });
    if (webhook_door_) webhook_door_->start();
    face_->set_ready(true);
    tell_manager("READY=1");
    on_started({.url = face_->url(),
                .order_url = face_->order_url(),
                .token_path = (settings_.data / "operator.token").string(),
                .items = home_->items()});
    wait_for_stop();
    tell_manager("STOPPING=1");
    tell(LogLevel::info, process_log, "stopping");
    home_->folder().withdraw();  // before the port is free for others
    if (webhook_door_) webhook_door_->stop();
    face_->stop();
    return home_->stop();
  }

 private:
  explicit Server(const Settings& settings) : settings_(settings), ids_(random_process()) {}

  Result<void> open_home() {
    if (!settings_.broker.empty()) {
      return fail(ErrorKind::invalid,
                  "`oms up` has all services in one process and no broker between them: leave out "
                  "--broker (OMS_BROKER), or start processes by `oms serve`");
    }
    OMS_TRY(tracing_, Tracing::open(current_environment(), process_name(ids_)));
    OMS_TRY(home_, Home::open(settings_, {}, ids_, {.tracer = tracing_.get()}));
    OMS_TRY(secrets_, secrets_in(settings_.data));
    if (!secrets_.are_private) {
      tell(LogLevel::warn, process_log,
           settings_.data.string() +
               " is on a file system without permissions: who may read the operator's token is up "
               "to its mount options, such as umask=077; or give another folder with --data");
    }
    OMS_TRY(secrets_.operator_token, given_operator_token(settings_, current_environment()));
    return {};
  }

  // Links lead to where it listens, and what the provider tells comes this way.
  Result<void> open_face() {
    OMS_TRY(face_, Face::listen(settings_, home_->clock(), ids_));
    OMS_TRY(auto provider,
            open_provider(settings_, {.base_url = face_->base_url(),
                                      .webhook_secret = secrets_.webhook_secret,
                                      .clock = home_->clock(),
                                      .deliver = [this](const HttpRequest& request, auto done) {
                                        face_->deliver(request, std::move(done));
                                      }}));
    OMS_TRY(auto notifiers, open_notifiers(settings_, home_->clock()));
    OMS_TRY(authentication_, Authentication::begin(settings_, warns_of(gateway_log)));
    home_->furnish(std::move(provider), std::move(notifiers));
    face_->open(
        {.commands = home_->commands(),
         .views = home_->views(),
         .changes = home_->changes(),
         .secrets = secrets_,
         .webhooks = home_->webhooks(),
         .notice_reports = home_->notice_reports(),
         .checkout = home_->provider().checkout,
         .tokenize = home_->provider().tokenize,
         .reconciler = home_->reconciler(),
         .identities = authentication_ ? &authentication_->identities() : nullptr,
         .back_up = [this](std::string path,
                           Upkeep::Done done) { home_->back_up(std::move(path), std::move(done)); },
         .metrics = [this] { return metrics(); },
         .services = home_->metrics().services,
         .tracer = tracing_.get()});
    if (settings_.webhook_listen.empty()) return {};
    OMS_TRY(webhook_door_, SideDoor::open(settings_.webhook_listen,
                                          FailureLog::to_log(home_->clock(), ids_, gateway_log),
                                          webhooks_to(home_->webhooks(), home_->notice_reports())));
    return {};
  }

  ProcessMetrics metrics() const {
    MetricsSource source{.ids = ids_,
                         .homes = {home_->metrics()},
                         .reconciliation = home_->reconciler()->counts(),
                         .watchers = face_->watchers(),
                         .http = face_->stats(),
                         .requests = &face_->requests(),
                         .spans = tracing_->counts()};
    if (const auto* feed = home_->event_feed()) source.events = feed->counts();
    return metrics_of(source);
  }

  const Settings settings_;
  runtime::IdSource ids_;
  Secrets secrets_;
  std::unique_ptr<Tracing> tracing_;
  std::unique_ptr<Authentication> authentication_;  // null: callers need not prove who they are
  std::unique_ptr<Face> face_;                      // outlives the provider, which tells it
  std::unique_ptr<Home> home_;
  std::unique_ptr<SideDoor> webhook_door_;
};

}  // namespace

Result<void> run_server(const Settings& settings,
                        const std::function<void(const Started&)>& on_started) {
  prepare_to_serve();
  OMS_TRY(const auto log, Log::open(settings));
  OMS_TRY(const auto server, Server::open(settings));
  return server->run(on_started);
}

}  // namespace oms::process
