#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/grpc/server.h"
#include "ports/changes.h"
#include "ports/commands.h"
#include "ports/logs.h"
#include "ports/metrics.h"
#include "ports/peers.h"
#include "ports/reconciler.h"
#include "ports/registry.h"
#include "ports/tracer.h"
#include "ports/views.h"
#include "ports/webhooks.h"

namespace oms::grpc_api {

struct GrpcClientSettings {
  GrpcTls tls = {};
  std::string token = {};  // sent as a bearer token; empty: none
  // The first of the group that a service shares its process with.
  std::function<ServiceName(ServiceName)> home_of;
  std::function<void(const std::string&)> warn = {};  // any thread
  Tracer* tracer = nullptr;                           // null: no spans
  std::string_view service = {};                      // whose spans they are: "gateway"
  // Of each attempt. Questions are put while a message waits for its turn.
  Duration command_deadline{5000};
  Duration read_deadline{2000};
  Duration question_deadline{1000};
};

// The services of other processes: the edge's ports and those of who asks services, over gRPC.
// Each call has a deadline, and one retry at another instance where that is safe. `registry` and
// this outlive what is given here; everything is thread safe.
class GrpcClient {
 public:
  static std::unique_ptr<GrpcClient> open(Registry& registry, GrpcClientSettings settings);
  virtual ~GrpcClient() = default;

  virtual Commands& commands() = 0;
  virtual Views& views() = 0;  // dead letters and the audit log: of all homes, merged by id
  virtual Peers& peers() = 0;
  virtual Changes& changes() = 0;  // of all instances of orders, for as long as this lives
  virtual Webhooks& webhooks() = 0;
  virtual Reconciler& reconciler() = 0;  // its calls block
  virtual Metrics& metrics() = 0;        // of the processes that the registry knows
  virtual Logs& logs() = 0;              // the same

  // Whether an instance of each service has answered lately, for /readyz.
  virtual bool reaches(ServiceName service) const = 0;

  // No call is begun any more, and those under way are answered with `unavailable`. After it
  // nothing is called back.
  virtual void stop() = 0;
};

}  // namespace oms::grpc_api
