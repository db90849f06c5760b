#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include "adapters/grpc/client.h"
#include "adapters/grpc/methods.h"

namespace oms::grpc_api {

// One process of a home, at one address.
struct Instance {
  using Clock = std::chrono::steady_clock;

  Instance(std::string where, const GrpcClientSettings& settings, ServiceName home);

  // Whether it cannot be reached, but has been a moment ago, or is new.
  bool is_coming() const;

  const std::string address;
  const std::shared_ptr<grpc::Channel> channel;
  grpc::GenericStub stub;
  std::atomic<Clock::time_point> reached_at{Clock::now()};  // that it was, last
};

// The instances of one home, as the registry tells. Any thread.
class Instances {
 public:
  Instances(ServiceName home, std::shared_ptr<const GrpcClientSettings> settings)
      : home_(home), settings_(std::move(settings)) {}

  void set(const std::vector<std::string>& addresses);
  // The next in turn, but one that cannot be reached or is `other_than` only where there is nothing
  // better. Null: none is known.
  std::shared_ptr<Instance> next(const Instance* other_than = nullptr);
  std::vector<std::shared_ptr<Instance>> all();
  // Whether one is connected, and says that it serves. Connects where none is.
  bool is_reached();
  // None is known any more, whatever the registry tells.
  void close();

 private:
  const ServiceName home_;
  const std::shared_ptr<const GrpcClientSettings> settings_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Instance>> instances_;
  bool is_closed_ = false;
  std::size_t turn_ = 0;
};

// What a call says.
struct Outgoing {
  const Method* method = nullptr;
  ServiceName home = ServiceName::world;
  std::string request = {};
  std::shared_ptr<Instance> at = {};  // null: at the next of the home
  std::string traceparent = {};
  std::string context = {};        // see `context_of`; empty: it is no command
  std::string retry_context = {};  // the same at a retry
};

// The calls to other processes: each has a deadline, and one retry at another instance where that
// is safe. Any thread.
class Channels {
 public:
  // Called once, on a thread of gRPC or before `call` returns.
  using Done = std::move_only_function<void(Result<std::string>)>;

  Channels(Registry& registry, std::shared_ptr<const GrpcClientSettings> settings);

  // Each once, in the order of the services.
  const std::vector<ServiceName>& homes() const { return homes_; }
  ServiceName home_of(ServiceName service) const { return settings_->home_of(service); }
  const GrpcClientSettings& settings() const { return *settings_; }

  void call(Outgoing outgoing, Done done);
  std::vector<std::shared_ptr<Instance>> instances_of(ServiceName home);
  bool reaches(ServiceName service);

  // Calls under way end as unavailable; returns when they have.
  void stop();

 private:
  struct Call;

  bool attempt(const std::shared_ptr<Call>& call);
  void end(const std::shared_ptr<Call>& call, const grpc::Status& status);
  bool begin(Call& call);
  void finish(Call& call);
  Duration deadline_of(Kind kind) const;

  const std::shared_ptr<const GrpcClientSettings> settings_;
  std::vector<ServiceName> homes_;
  std::map<ServiceName, std::shared_ptr<Instances>> instances_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::unordered_set<Call*> calls_;
  bool is_stopped_ = false;
};

// The metadata that every call has.
void add_token(const GrpcClientSettings& settings, grpc::ClientContext& context);

}  // namespace oms::grpc_api
