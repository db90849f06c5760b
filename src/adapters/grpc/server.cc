#include "adapters/grpc/server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>

#include "adapters/grpc/answers.h"
#include "adapters/grpc/change_streams.h"
#include "adapters/grpc/credentials.h"
#include "adapters/grpc/problem.h"
#include "adapters/grpc/served.h"

namespace oms::grpc_api {
namespace {

constexpr std::chrono::seconds stop_max{5};  // for what is under way
constexpr std::size_t calls_max = 4096;
constexpr int streams_per_connection_max = 1024;
constexpr std::size_t memory_max = std::size_t{256} << 20;
constexpr int threads_max = 16;

grpc::Status grpc_status(const Error& error) {
  auto status = to_status(error);
  return {static_cast<grpc::StatusCode>(status.code), status.message, status.details};
}

std::string metadata_of(const grpc::CallbackServerContext& context, std::string_view key) {
  const auto& all = context.client_metadata();
  const auto it = all.find(grpc::string_ref{key.data(), key.size()});
  return it != all.end() ? std::string{it->second.data(), it->second.size()} : std::string{};
}

std::string token_of(const grpc::CallbackServerContext& context) {
  constexpr std::string_view scheme = "Bearer ";
  const auto text = metadata_of(context, authorization_key);
  return text.starts_with(scheme) ? text.substr(scheme.size()) : std::string{};
}

std::string certificate_of(const grpc::CallbackServerContext& context) {
  const auto authentication = context.auth_context();
  if (!authentication || !authentication->IsPeerAuthenticated()) return {};
  const auto names = authentication->GetPeerIdentity();
  return names.empty() ? std::string{} : std::string{names[0].data(), names[0].size()};
}

// A call that is to be finished once, by the first that comes.
class Pending {
 public:
  Pending(grpc::ServerUnaryReactor& reactor, grpc::ByteBuffer& answer)
      : reactor_(reactor), answer_(answer) {}

  void finish(const Result<std::string>& bytes) {
    if (is_finished_.exchange(true)) return;
    if (!bytes) return reactor_.Finish(grpc_status(bytes.error()));
    if (bytes->size() > static_cast<std::size_t>(answer_bytes_max)) {
      return reactor_.Finish(grpc_status({ErrorKind::too_large, "the answer is over 16 MiB"}));
    }
    answer_ = buffer_of(*bytes);
    reactor_.Finish(grpc::Status::OK);
  }

 private:
  grpc::ServerUnaryReactor& reactor_;
  grpc::ByteBuffer& answer_;
  std::atomic<bool> is_finished_{false};
};

// The calls under way.
class OpenCalls {
 public:
  // False where there are too many, or none may begin any more.
  bool add(const std::shared_ptr<Pending>& call) {
    const std::scoped_lock lock{mutex_};
    if (is_closed_ || calls_.size() >= calls_max) return false;
    calls_.emplace(call.get(), call);
    return true;
  }
  void remove(const Pending& call) {
    const std::scoped_lock lock{mutex_};
    calls_.erase(&call);
    if (calls_.empty()) emptied_.notify_all();
  }
  // None begins any more; those that are not answered within the bound are refused.
  void close() {
    std::unique_lock lock{mutex_};
    is_closed_ = true;
    emptied_.wait_for(lock, stop_max, [this] { return calls_.empty(); });
    const auto left = std::exchange(calls_, {});
    lock.unlock();
    for (const auto& [key, call] : left) {
      call->finish(fail(ErrorKind::unavailable, "this process is stopping"));
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::unordered_map<const Pending*, std::shared_ptr<Pending>> calls_;
  bool is_closed_ = false;
};

// What the calls of all services share.
struct Core {
  explicit Core(GrpcServerParts parts) : served(std::move(parts)) {}

  Result<GrpcStanding> admit(const grpc::CallbackServerContext& context,
                             const Method& method) const {
    if (!is_started.load()) return fail(ErrorKind::unavailable, "this process is starting");
    const auto& authorize = served.parts().authorize;
    if (!authorize) return GrpcStanding{.is_ours = true};
    const auto token = token_of(context);
    const auto certificate = certificate_of(context);
    return authorize({.method = method.path, .token = token, .certificate = certificate});
  }

  std::atomic<bool> is_started{false};
  Served served;
  OpenCalls calls;
  Answers answers;
  ChangeStreams streams{answers};
};

// Answers on that thread. Where it is dropped the call is refused.
class Answerer {
 public:
  Answerer(std::shared_ptr<Core> core, std::shared_ptr<Pending> call)
      : core_(std::move(core)), call_(std::move(call)) {}
  Answerer(Answerer&&) = default;
  Answerer(const Answerer&) = delete;
  Answerer& operator=(Answerer&&) = delete;
  Answerer& operator=(const Answerer&) = delete;
  ~Answerer() {
    if (call_ == nullptr) return;
    answer([]() -> Result<std::string> {
      return fail(ErrorKind::unavailable, "this process dropped the call, for it is stopping");
    });
  }
  void operator()(Served::Render render) { answer(std::move(render)); }

 private:
  void answer(Served::Render render) {
    auto& answers = core_->answers;
    answers.post(
        [core = std::move(core_), call = std::move(call_), render = std::move(render)]() mutable {
          Result<std::string> bytes = fail(ErrorKind::internal, {});
          try {
            bytes = render();
          } catch (const std::exception& fault) {
            bytes = fail(ErrorKind::internal, std::string{"the answer threw: "} + fault.what());
          }
          call->finish(bytes);
          core->calls.remove(*call);
        });
  }

  std::shared_ptr<Core> core_;
  std::shared_ptr<Pending> call_;
};

// One service of api/proto. Its methods are those of the table, whose messages are bytes here.
class Service final : public grpc::Service {
 public:
  Service(const std::shared_ptr<Core>& core, std::string_view name) : core_(core), name_(name) {
    for (const auto& method : methods()) {
      if (method.service != name || !core->served.serves(method)) continue;
      if (method.kind == Kind::follow) {
        add(method, grpc::internal::RpcMethod::SERVER_STREAMING,
            new Streaming{
                [this, &method](auto* context, const auto*) { return follow(*context, method); }});
      } else {
        add(method, grpc::internal::RpcMethod::NORMAL_RPC,
            new Unary{[this, &method](auto* context, const auto* request, auto* answer) {
              return call(*context, method, *request, *answer);
            }});
      }
    }
  }

  std::string full_name() const { return "oms.v1." + name_; }
  bool is_empty() const { return count_ == 0; }

 private:
  using Unary = grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
  using Streaming =
      grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>;

  // gRPC owns both.
  void add(const Method& method, grpc::internal::RpcMethod::RpcType type,
           grpc::internal::MethodHandler* handler) {
    AddMethod(new grpc::internal::RpcServiceMethod{method.path.c_str(), type, nullptr});
    MarkMethodRawCallback(count_++, handler);
  }

  grpc::ServerUnaryReactor* call(grpc::CallbackServerContext& context, const Method& method,
                                 const grpc::ByteBuffer& request, grpc::ByteBuffer& answer) {
    auto& reactor = *context.DefaultReactor();
    const auto refuse = [&](const Error& error) {
      reactor.Finish(grpc_status(error));
      return &reactor;
    };
    auto standing = core_->admit(context, method);
    if (!standing) return refuse(standing.error());
    const auto pending = std::make_shared<Pending>(reactor, answer);
    if (!core_->calls.add(pending)) {
      return refuse({ErrorKind::unavailable, "too many calls are under way, or it is stopping"});
    }
    core_->served.serve(method, bytes_of(request),
                        {.traceparent = metadata_of(context, traceparent_key),
                         .idempotency = metadata_of(context, idempotency_key),
                         .context = metadata_of(context, context_key),
                         .caller = *std::move(standing)},
                        Answerer{core_, pending});
    return &reactor;
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* follow(grpc::CallbackServerContext& context,
                                                     const Method& method) {
    const auto admitted = core_->admit(context, method);
    if (admitted) return core_->streams.follow();
    class Refused final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
     public:
      explicit Refused(const Error& error) { Finish(grpc_status(error)); }
      void OnDone() override { delete this; }  // NOLINT(cppcoreguidelines-owning-memory)
    };
    return new Refused{admitted.error()};  // NOLINT(cppcoreguidelines-owning-memory)
  }

  std::shared_ptr<Core> core_;
  std::string name_;
  int count_ = 0;
};

class Server final : public GrpcServer {
 public:
  explicit Server(GrpcServerParts parts) : core_(std::make_shared<Core>(std::move(parts))) {
    for (const auto& method : methods()) {
      const bool is_known = std::ranges::any_of(services_, [&](const auto& service) {
        return service->full_name() == health_of(method);
      });
      if (is_known) continue;
      auto service = std::make_unique<Service>(core_, method.service);
      if (!service->is_empty()) services_.push_back(std::move(service));
    }
  }
  ~Server() override { Server::stop(); }

  Result<void> listen(const std::string& address, const GrpcTls& tls) {
    OMS_TRY(const auto credentials, server_credentials(tls));
    grpc::EnableDefaultHealthCheckService(true);
    static const bool reflects = (grpc::reflection::InitProtoReflectionServerBuilderPlugin(), true);
    if (!reflects) return fail(ErrorKind::internal, "there is no reflection");
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, credentials, &port_);
    for (const auto& service : services_) builder.RegisterService(service.get());
    builder.SetMaxReceiveMessageSize(request_bytes_max);
    builder.SetMaxSendMessageSize(answer_bytes_max);
    builder.SetResourceQuota(
        grpc::ResourceQuota{"oms"}.Resize(memory_max).SetMaxThreads(threads_max));
    // Health and reflection have threads of their own: few are enough.
    using Sync = grpc::ServerBuilder::SyncServerOption;
    builder.SetSyncServerOption(Sync::NUM_CQS, 1)
        .SetSyncServerOption(Sync::MIN_POLLERS, 1)
        .SetSyncServerOption(Sync::MAX_POLLERS, 2);
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, int>>{
             {GRPC_ARG_ALLOW_REUSEPORT, 0},
             {GRPC_ARG_MAX_CONCURRENT_STREAMS, streams_per_connection_max},
             {GRPC_ARG_MAX_METADATA_SIZE, metadata_bytes_max},
             {GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_ms},
             {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_timeout_ms},
             {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
             {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, keepalive_ms / 2}}) {
      builder.AddChannelArgument(name, value);
    }
    server_ = builder.BuildAndStart();
    if (!server_ || port_ == 0) {
      server_.reset();
      return fail(ErrorKind::unavailable, "cannot listen on " + address +
                                              ": the port is taken, or it is not an address here");
    }
    set_serving(false);
    if (auto* changes = core_->served.parts().changes) changes->follow(core_->streams);
    return {};
  }

  int port() const override { return port_; }
  void start() override { core_->is_started.store(true); }

  void set_serving(bool is_serving) override {
    const std::scoped_lock lock{mutex_};
    if (!server_ || is_stopped_) return;
    auto* const health = server_->GetHealthCheckService();
    health->SetServingStatus("", is_serving);
    for (const auto& service : services_) {
      health->SetServingStatus(service->full_name(), is_serving);
    }
  }

  void stop() override {
    {
      const std::scoped_lock lock{mutex_};
      if (std::exchange(is_stopped_, true)) return;
      if (server_) server_->GetHealthCheckService()->Shutdown();
    }
    core_->calls.close();
    core_->streams.end();
    constexpr std::chrono::seconds rest_max{1};  // for what is written already
    if (server_) server_->Shutdown(std::chrono::system_clock::now() + rest_max);
    core_->served.close();
    core_->answers.stop();
  }

 private:
  static std::string health_of(const Method& method) {
    return std::string{"oms.v1."}.append(method.service);
  }

  std::shared_ptr<Core> core_;
  std::vector<std::unique_ptr<Service>> services_;
  std::mutex mutex_;
  bool is_stopped_ = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

Result<void> check_address(const std::string& address) {
  const auto colon = address.rfind(':');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto port = colon == std::string::npos ? std::string{} : address.substr(colon + 1);
  const bool is_port = !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit) &&
                       std::stoi(port) <= 0xFFFF;
  if (is_port && colon > 0) return {};
  return fail(ErrorKind::invalid, "\"" + address + "\" is no address: write host:port");
}

}  // namespace

Result<std::unique_ptr<GrpcServer>> GrpcServer::open(const std::string& listen, const GrpcTls& tls,
                                                     GrpcServerParts parts) {
  OMS_CHECK(check_address(listen));
  try {
    auto server = std::make_unique<Server>(std::move(parts));
    OMS_CHECK(server->listen(listen, tls));
    return server;
  } catch (const std::logic_error& fault) {
    return fail(ErrorKind::internal, std::string{"api/proto does not fit: "} + fault.what());
  }
}

}  // namespace oms::grpc_api
