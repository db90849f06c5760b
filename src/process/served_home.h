#pragma once

#include <memory>
#include <string>

#include "adapters/grpc/client.h"
#include "adapters/grpc/server.h"
#include "ports/registry.h"
#include "process/authentication.h"
#include "process/grpc_authority.h"
#include "process/home.h"
#include "process/side_door.h"

namespace oms::process {

// A home in a process of `oms serve`: with the gRPC by which others reach it and, where payments
// lives, the door for the provider's webhooks.
class ServedHome {
 public:
  struct Surroundings {
    runtime::IdSource& ids;
    Registry& registry;
    grpc_api::GrpcClient& client;  // to services elsewhere
    Broker& broker;
    const grpc_api::GrpcTls& tls;
    std::function<ProcessMetrics()> metrics;  // of the process
    Tracer* tracer = nullptr;                 // the same
  };
  // The settings are this home's own. Listens, but answers nobody yet.
  static Result<std::unique_ptr<ServedHome>> open(const Settings& settings,
                                                  const ServiceGroup& group,
                                                  const Surroundings& surroundings);

  // Begins to decide, to answer, and to be found.
  void start(std::function<void(const Error&)> on_failure);

  // First it is not found any more; then nothing new is taken; then what was taken is decided.
  void withdraw();
  void close();
  Result<void> stop() { return home_->stop(); }

  std::string services() const;                                         // "orders, coordinator"
  const std::string& address() const { return address_; }               // of its gRPC
  const SideDoor* webhook_door() const { return webhook_door_.get(); }  // null: there is none
  std::string webhook_path() const {
    return std::string{home_->webhooks() != nullptr ? "/webhook" : notice_report_path};
  }
  Clock& clock() { return home_->clock(); }
  MetricsSource::Home metrics() const { return home_->metrics(); }
  const LocalReconciler* reconciler() const { return home_->reconciler(); }
  const EventFeed* event_feed() const { return home_->event_feed(); }

 private:
  ServedHome(const Settings& settings, const ServiceGroup& group, const Surroundings& surroundings)
      : settings_(settings), group_(group), surroundings_(surroundings) {}
  Result<void> open_home();
  Result<void> open_doors();
  bool has(ServiceName service) const;

  const Settings settings_;
  const ServiceGroup group_;
  const Surroundings surroundings_;
  std::string address_;
  std::unique_ptr<Authentication> authentication_;  // null: no tokens but the operator's
  std::optional<GrpcAuthority> authority_;
  std::unique_ptr<Home> home_;
  std::unique_ptr<grpc_api::GrpcServer> grpc_;
  std::unique_ptr<SideDoor> webhook_door_;
};

}  // namespace oms::process
