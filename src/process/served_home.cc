#include "process/served_home.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codec/json_names.h"
#include "process/first_start.h"
#include "process/log.h"
#include "process/roles.h"
#include "process/serving.h"
#include "process/settings_load.h"
#include "process/shop_logs.h"
#include "process/wiring.h"

namespace oms::process {

bool ServedHome::has(ServiceName service) const {
  return std::ranges::find(group_, service) != group_.end();
}

std::string ServedHome::services() const {
  std::vector<std::string_view> names;
  for (const auto service : group_) names.push_back(json::name_of(service));
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<std::unique_ptr<ServedHome>> ServedHome::open(const Settings& settings,
                                                     const ServiceGroup& group,
                                                     const Surroundings& surroundings) {
  auto served = std::unique_ptr<ServedHome>(new ServedHome{settings, group, surroundings});
  OMS_CHECK(served->open_home());
  OMS_CHECK(served->open_doors());
  return served;
}

Result<void> ServedHome::open_home() {
  // Its pages and its ledger are the process's that has them: nobody could reach them here.
  if (has(ServiceName::payments) && settings_.payments == "simulated") {
    return fail(ErrorKind::invalid,
                "--payments simulated is for `oms up`, where the payment pages are in the same "
                "process: start `oms provider --webhook http://127.0.0.1:8081/webhook` and use "
                "--payments stripe --stripe-url http://127.0.0.1:12111");
  }
  auto& client = surroundings_.client;
  OMS_TRY(home_, Home::open(settings_, group_, surroundings_.ids,
                            {.broker = &surroundings_.broker,
                             .peers = &client.peers(),
                             .commands = &client.commands(),
                             .views = &client.views(),
                             .tracer = surroundings_.tracer}));
  OpenProvider provider;
  if (has(ServiceName::payments)) {
    const auto shop =
        settings_.base_url.empty() ? "http://" + settings_.listen : settings_.base_url;
    OMS_TRY(provider,
            open_provider(
                settings_,
                {.base_url = shop, .webhook_secret = {}, .clock = home_->clock(), .deliver = {}}));
  }
  OpenNotifiers notifiers;
  if (has(ServiceName::notifications)) {
    OMS_TRY(notifiers, open_notifiers(settings_, home_->clock()));
  }
  home_->furnish(std::move(provider), std::move(notifiers));
  return {};
}

Result<void> ServedHome::open_doors() {
  OMS_TRY(authentication_, Authentication::begin(settings_, warns_of(home_->log_name())));
  OMS_TRY(auto token, given_operator_token(settings_, current_environment()));
  OMS_TRY(auto authority,
          GrpcAuthority::of(settings_, std::move(token),
                            authentication_ ? &authentication_->identities() : nullptr,
                            home_->clock()));
  authority_.emplace(std::move(authority));
  grpc_api::GrpcServerParts parts{
      .services = group_,
      .commands = home_->commands(),
      .views = home_->views(),
      .answer = [this](const Question& question) { return home_->answer(question); },
      .changes = has(ServiceName::orders) ? &home_->changes() : nullptr,
      .webhooks = home_->webhooks(),
      .reconciler = home_->reconciler(),
      .tracer = surroundings_.tracer,
      .metrics = surroundings_.metrics,
      .set_log_levels = [services = log_names(group_)](
                            const LogLevels& wanted) { return set_levels_of(services, wanted); },
      .authorize = [this](const grpc_api::GrpcCaller& caller) { return authority_->check(caller); },
      .warn = warns_of(home_->log_name()),
      .make_id = [this] { return surroundings_.ids.make(home_->clock().now()); }};
  OMS_TRY(grpc_,
          grpc_api::GrpcServer::open(settings_.grpc_listen, surroundings_.tls, std::move(parts)));
  const auto& listen = settings_.grpc_listen;
  address_ = listen.substr(0, listen.rfind(':') + 1) + std::to_string(grpc_->port());
  auto* const webhooks = home_->webhooks();
  auto* const reports = home_->notice_reports();
  if (webhooks == nullptr && reports == nullptr) return {};
  const auto* const usual = webhooks != nullptr ? webhook_address : notice_report_address;
  OMS_TRY(webhook_door_,
          SideDoor::open(settings_.webhook_listen.empty() ? usual : settings_.webhook_listen,
                         FailureLog::to_log(home_->clock(), surroundings_.ids, home_->log_name()),
                         webhooks_to(webhooks, reports)));
  return {};
}

void ServedHome::start(std::function<void(const Error&)> on_failure) {
  home_->start(std::move(on_failure));
  grpc_->start();
  grpc_->set_serving(true);
  const auto& advertised = settings_.advertise.empty() ? address_ : settings_.advertise;
  surroundings_.registry.announce(group_, advertised);
  if (webhook_door_) webhook_door_->start();
}

void ServedHome::withdraw() {
  grpc_->set_serving(false);
}

void ServedHome::close() {
  if (webhook_door_) webhook_door_->stop();
  grpc_->stop();
}

}  // namespace oms::process
