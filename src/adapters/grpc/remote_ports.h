#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "adapters/grpc/channels.h"
#include "adapters/grpc/client.h"

// The edge's ports, and those of who asks services, where these are elsewhere.
namespace oms::grpc_api {

class RemoteCommands final : public Commands {
 public:
  // `tracer` may be null; the spans are that service's.
  RemoteCommands(Channels& channels, Tracer* tracer, std::string_view service)
      : channels_(channels), tracer_(tracer), service_(service) {}

  void submit(Message message, Lane lane, Respond respond) override;

 private:
  Channels& channels_;
  Tracer* const tracer_;
  const std::string service_;
};

class RemoteViews final : public Views {
 public:
  explicit RemoteViews(Channels& channels) : channels_(channels) {}
  ~RemoteViews() override { stop(); }

  void aside(std::move_only_function<void()> work) override;
  Result<Found> get(const Key& key) override;
  Result<Page> list(const Query& query) override;

  // Waits for the work that was handed over.
  void stop() { threads_.join(); }

 private:
  static constexpr int threads = 16;  // that wait for an answer

  Result<Found> get_at(ServiceName home, const Method& method, const std::string& request);

  Channels& channels_;
  boost::asio::thread_pool threads_{threads};
};

class RemotePeers final : public Peers {
 public:
  explicit RemotePeers(Channels& channels) : channels_(channels) {}

  void ask(const Question& question, OnAnswer on_answer) override;

 private:
  Channels& channels_;
};

class RemoteWebhooks final : public Webhooks {
 public:
  explicit RemoteWebhooks(Channels& channels) : channels_(channels) {}

  void take(std::string signature, std::string body, Done done) override;

 private:
  Channels& channels_;
};

class RemoteReconciler final : public Reconciler {
 public:
  explicit RemoteReconciler(Channels& channels) : channels_(channels) {}

  Result<Reconciliation> start(const ReconciliationRequest& request, By by) override;
  Result<Reconciliation> last() const override;

 private:
  Channels& channels_;
};

class RemoteMetrics final : public Metrics {
 public:
  explicit RemoteMetrics(Channels& channels) : channels_(channels) {}

  GatheredMetrics gather() override;

 private:
  Channels& channels_;
};

class RemoteLogs final : public Logs {
 public:
  explicit RemoteLogs(Channels& channels) : channels_(channels) {}

  GatheredLogLevels set_levels(const LogLevels& wanted) override;

 private:
  Channels& channels_;
};

}  // namespace oms::grpc_api
