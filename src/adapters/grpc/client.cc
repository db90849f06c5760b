#include "adapters/grpc/client.h"

#include <utility>

#include "adapters/grpc/channels.h"
#include "adapters/grpc/followed.h"
#include "adapters/grpc/remote_ports.h"

namespace oms::grpc_api {
namespace {

class Client final : public GrpcClient {
 public:
  Client(Registry& registry, const std::shared_ptr<const GrpcClientSettings>& settings)
      : channels_(registry, settings),
        changes_(registry, settings),
        commands_(channels_, settings->tracer, settings->service) {}
  ~Client() override { Client::stop(); }

  Commands& commands() override { return commands_; }
  Views& views() override { return views_; }
  Peers& peers() override { return peers_; }
  Changes& changes() override { return changes_; }
  Webhooks& webhooks() override { return webhooks_; }
  Reconciler& reconciler() override { return reconciler_; }
  Metrics& metrics() override { return metrics_; }
  Logs& logs() override { return logs_; }

  bool reaches(ServiceName service) const override { return channels_.reaches(service); }

  // What waits for its turn is told at once that nobody is asked any more.
  void stop() override {
    changes_.stop();
    channels_.stop();
    views_.stop();
  }

 private:
  mutable Channels channels_;
  Followed changes_;
  RemoteCommands commands_;
  RemoteViews views_{channels_};
  RemotePeers peers_{channels_};
  RemoteWebhooks webhooks_{channels_};
  RemoteReconciler reconciler_{channels_};
  RemoteMetrics metrics_{channels_};
  RemoteLogs logs_{channels_};
};

}  // namespace

std::unique_ptr<GrpcClient> GrpcClient::open(Registry& registry, GrpcClientSettings settings) {
  static_cast<void>(methods());  // or it says which message does not fit
  return std::make_unique<Client>(registry,
                                  std::make_shared<const GrpcClientSettings>(std::move(settings)));
}

}  // namespace oms::grpc_api
