#include "process/serve.h"

#include <memory>
#include <optional>
#include <utility>

#include "process/authentication.h"
#include "process/face.h"
#include "process/first_start.h"
#include "process/log.h"
#include "process/metrics.h"
#include "process/served_home.h"
#include "process/serving.h"
#include "process/settings_load.h"
#include "process/side_door.h"
#include "process/tls_files.h"
#include "process/tracing.h"
#include "process/wiring.h"

namespace oms::process {
namespace {

// What each process of `oms serve` has: the way to the others, and the door for those who watch
// over it.
class Member {
 public:
  Member(const Roles& roles, const Settings& settings)
      : roles_(roles), settings_(settings), ids_(random_process()) {}
  virtual ~Member() = default;

  Result<void> run(const std::function<void(const Serving&)>& on_serving) {
    OMS_CHECK(open());
    admin_->start();
    start();
    set_ready(true);
    tell_manager("READY=1");
    auto serving = describe();
    serving.name = roles_.name();
    serving.places.push_back({.what = "probes", .where = admin_->url()});
    on_serving(serving);
    wait_for_stop();
    tell_manager("STOPPING=1");
    tell(LogLevel::info, log_name(), "stopping");
    set_ready(false);
    auto outcome = stop();
    client_->stop();
    admin_->stop();
    return outcome;
  }

 protected:
  virtual Result<void> open() = 0;
  virtual void start() = 0;
  virtual Result<void> stop() = 0;
  virtual void set_ready(bool is_ready) = 0;
  virtual Serving describe() const = 0;

  // With the operator's token, which makes this one of our own where certificates do not.
  Result<void> open_client(const Settings& own) {
    OMS_TRY(tls_, tls_of(own));
    OMS_TRY(token_, given_operator_token(own, current_environment()));
    OMS_TRY(registry_, open_registry(own.registry.empty() ? default_registry() : own.registry));
    OMS_TRY(tracing_, Tracing::open(current_environment(), process_name(ids_)));
    client_ = grpc_api::GrpcClient::open(*registry_, {.tls = tls_,
                                                      .token = token_,
                                                      .home_of =
                                                          [](ServiceName service) {
                                                            static const auto groups =
                                                                groups_apart();
                                                            return home_of(service, groups);
                                                          },
                                                      .warn = warns_of(log_name()),
                                                      .tracer = tracing_.get(),
                                                      .service = log_name()});
    return {};
  }

  Result<void> open_admin(const Probes& probes, Clock& clock) {
    const auto address = settings_.admin_listen.empty()
                             ? "127.0.0.1:" + std::to_string(admin_port(roles_))
                             : settings_.admin_listen;
    OMS_TRY(admin_, SideDoor::open(address, FailureLog::to_log(clock, ids_, log_name()),
                                   admin_of(address, probes)));
    return {};
  }

  std::string_view log_name() const { return roles_.is_gateway ? gateway_log : process_log; }

  const Roles roles_;
  const Settings settings_;
  runtime::IdSource ids_;
  grpc_api::GrpcTls tls_;
  std::string token_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Tracing> tracing_;
  std::unique_ptr<grpc_api::GrpcClient> client_;
  std::unique_ptr<SideDoor> admin_;
};

class HomesMember final : public Member {
 public:
  using Member::Member;

 private:
  Result<void> open() override {
    std::vector<Settings> own;
    for (const auto& group : roles_.homes) {
      OMS_TRY(own.emplace_back(), settings_of(group, roles_.homes.size(), settings_));
    }
    OMS_CHECK(open_client(own.front()));
    OMS_TRY(broker_, open_broker(settings_, warns_of(log_name())));
    for (std::size_t i = 0; i < own.size(); ++i) {
      OMS_TRY(auto home, ServedHome::open(own[i], roles_.homes[i],
                                          {.ids = ids_,
                                           .registry = *registry_,
                                           .client = *client_,
                                           .broker = *broker_,
                                           .tls = tls_,
                                           .metrics = [this] { return metrics(); },
                                           .tracer = tracing_.get()}));
      homes_.push_back(std::move(home));
    }
    return open_admin(probes_, homes_.front()->clock());
  }

  void start() override {
    for (const auto& home : homes_) {
      home->start([this](const Error& error) {
        tell(LogLevel::error, process_log, "the store can no longer be trusted: " + error.detail);
        set_ready(false);
        ask_to_stop();
      });
    }
  }

  Result<void> stop() override {
    for (const auto& home : homes_) home->withdraw();
    registry_->withdraw();
    for (const auto& home : homes_) home->close();
    Result<void> outcome;
    for (const auto& home : homes_) {
      auto ended = home->stop();
      if (outcome) outcome = std::move(ended);
    }
    return outcome;
  }

  void set_ready(bool is_ready) override { probes_.set_ready(is_ready); }

  Serving describe() const override {
    Serving serving;
    for (const auto& home : homes_) {
      serving.places.push_back({.what = home->services(), .where = home->address()});
      if (const auto* door = home->webhook_door()) {
        serving.places.push_back({.what = "webhooks", .where = door->url() + home->webhook_path()});
      }
    }
    return serving;
  }

  ProcessMetrics metrics() const {
    MetricsSource source{.ids = ids_, .is_apart = true, .spans = tracing_->counts()};
    for (const auto& home : homes_) {
      source.homes.push_back(home->metrics());
      if (const auto* reconciler = home->reconciler()) source.reconciliation = reconciler->counts();
      if (const auto* feed = home->event_feed()) source.events = feed->counts();
    }
    return metrics_of(source);
  }

  Probes probes_{[this] { return metrics(); }};
  std::unique_ptr<Broker> broker_;
  std::vector<std::unique_ptr<ServedHome>> homes_;
};

class GatewayMember final : public Member {
 public:
  GatewayMember(const Roles& roles, const Settings& settings)
      : Member(roles, process::gateway_settings(settings)),
        clock_({}, [](Duration by) { tell(LogLevel::warn, gateway_log, jump_text(by)); }) {}

 private:
  Result<void> open() override {
    OMS_TRY(auto folder, DataFolder::take(settings_.data));
    folder_.emplace(std::move(folder));
    OMS_CHECK(open_client(settings_));
    if (token_.empty()) {
      return fail(ErrorKind::invalid,
                  "the gateway needs the operator's token, the same in each gateway: set " +
                      std::string{operator_token_variable} + ", or write it to " +
                      (settings_.data / "operator.token").string() +
                      " or the file that --operator-token-file names");
    }
    OMS_TRY(authentication_, Authentication::begin(settings_, warns_of(gateway_log)));
    OMS_TRY(face_, Face::listen(settings_, clock_, ids_));
    face_->open({.commands = client_->commands(),
                 .views = client_->views(),
                 .changes = client_->changes(),
                 .secrets = {.operator_token = token_},
                 .webhooks = &client_->webhooks(),
                 .reconciler = &client_->reconciler(),
                 .identities = authentication_ ? &authentication_->identities() : nullptr,
                 .back_up =
                     [](const std::string&, Upkeep::Done done) {
                       done(fail(ErrorKind::conflict,
                                 "each service has a store of its own, which is backed up by its "
                                 "own means: see docs/operations.md"));
                     },
                 .metrics =
                     [this] {
                       return metrics_of({.ids = ids_,
                                          .watchers = face_->watchers(),
                                          .http = face_->stats(),
                                          .requests = &face_->requests(),
                                          .spans = tracing_->counts()});
                     },
                 .other_metrics = &client_->metrics(),
                 .tracer = tracing_.get(),
                 .other_logs = &client_->logs(),
                 .reaches_others =
                     [this] {
                       return client_->reaches(ServiceName::orders) &&
                              client_->reaches(ServiceName::stock);
                     }});
    OMS_CHECK(open_admin(face_->probes(), clock_));
    return folder_->announce(face_->url());
  }

  void start() override { face_->start(); }

  Result<void> stop() override {
    folder_->withdraw();  // before the port is free for others
    face_->stop();
    return {};
  }

  void set_ready(bool is_ready) override { face_->set_ready(is_ready); }

  Serving describe() const override {
    Serving serving{.places = {{.what = "the shop", .where = face_->url() + "/"},
                               {.what = "the operator", .where = face_->url() + "/operator.html"}}};
    if (!face_->order_url().empty()) {
      serving.places.push_back({.what = "/order, too", .where = face_->order_url() + "/order"});
    }
    return serving;
  }

  SystemClock clock_;
  std::optional<DataFolder> folder_;
  std::unique_ptr<Authentication> authentication_;  // null: callers need not prove who they are
  std::unique_ptr<Face> face_;
};

}  // namespace

Result<void> run_serve(const Roles& roles, const Settings& settings,
                       const std::function<void(const Serving&)>& on_serving) {
  prepare_to_serve();
  OMS_TRY(const auto log, Log::open(settings));
  if (roles.is_gateway) return GatewayMember{roles, settings}.run(on_serving);
  return HomesMember{roles, settings}.run(on_serving);
}

}  // namespace oms::process
