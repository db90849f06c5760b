#include "adapters/grpc/channels.h"

#include <algorithm>
#include <climits>
#include <utility>

#include <grpcpp/grpcpp.h>
#include <boost/describe/enum_to_string.hpp>

#include "adapters/grpc/call_context.h"
#include "adapters/grpc/credentials.h"
#include "adapters/grpc/problem.h"

namespace oms::grpc_api {
namespace {

constexpr int reconnect_min_ms = 100;
constexpr int reconnect_max_ms = 500;  // a peer may just be starting
constexpr int connect_ms = 2000;

// A peer that was reached so lately, or is new, is waited for; of others a call fails at once.
constexpr std::chrono::seconds comes_back_within{10};
constexpr Duration comes_within{1000};

std::string_view name_of(ServiceName service) {
  return boost::describe::enum_to_string(service, "");
}

// One address each, so that a retry can go elsewhere. The policy is round robin nevertheless, for
// it alone minds what the instance says of its health: one that is stopping counts as not reached.
std::shared_ptr<grpc::Channel> channel_to(const std::string& address,
                                          const GrpcClientSettings& settings, ServiceName home) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(R"({"loadBalancingConfig":[{"round_robin":{}}],)"
                                 R"("healthCheckConfig":{"serviceName":")" +
                                 health_name(home) + "\"}}");
  arguments.SetMaxReceiveMessageSize(answer_bytes_max);
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, int>>{
           {GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1},
           {GRPC_ARG_CLIENT_IDLE_TIMEOUT_MS, INT_MAX},
           {GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_ms},
           {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_timeout_ms},
           {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
           {GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0},
           {GRPC_ARG_MAX_METADATA_SIZE, metadata_bytes_max},
           {GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect_min_ms},
           {GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, connect_ms},
           {GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect_max_ms}}) {
    arguments.SetInt(name, value);
  }
  return grpc::CreateCustomChannel("dns:///" + address, channel_credentials(settings.tls),
                                   arguments);
}

}  // namespace

void add_token(const GrpcClientSettings& settings, grpc::ClientContext& context) {
  if (settings.token.empty()) return;
  context.AddMetadata(std::string{authorization_key}, "Bearer " + settings.token);
}

Instance::Instance(std::string where, const GrpcClientSettings& settings, ServiceName home)
    : address(std::move(where)), channel(channel_to(address, settings, home)), stub(channel) {
  channel->GetState(true);
}

bool Instance::is_coming() const {
  return channel->GetState(false) == GRPC_CHANNEL_TRANSIENT_FAILURE &&
         Clock::now() - reached_at.load() < comes_back_within;
}

void Instances::set(const std::vector<std::string>& addresses) {
  std::vector<std::shared_ptr<Instance>> wanted;
  {
    const std::scoped_lock lock{mutex_};
    wanted = instances_;
  }
  std::erase_if(wanted, [&](const auto& instance) {
    return std::ranges::find(addresses, instance->address) == addresses.end();
  });
  for (const auto& address : addresses) {
    const auto has_address = [&](const auto& instance) { return instance->address == address; };
    if (std::ranges::none_of(wanted, has_address)) {
      wanted.push_back(std::make_shared<Instance>(address, *settings_, home_));
    }
  }
  const std::scoped_lock lock{mutex_};
  if (!is_closed_) std::swap(instances_, wanted);
}

void Instances::close() {
  std::vector<std::shared_ptr<Instance>> closed;
  const std::scoped_lock lock{mutex_};
  is_closed_ = true;
  std::swap(instances_, closed);
}

std::shared_ptr<Instance> Instances::next(const Instance* other_than) {
  const std::scoped_lock lock{mutex_};
  std::shared_ptr<Instance> best;
  int best_rank = 0;
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const auto& instance = instances_[(turn_ + i) % instances_.size()];
    const auto state = instance->channel->GetState(true);
    if (state == GRPC_CHANNEL_READY) instance->reached_at = Instance::Clock::now();
    const bool is_reached = state != GRPC_CHANNEL_TRANSIENT_FAILURE;
    const int rank = 1 + (is_reached ? 2 : 0) + (instance.get() != other_than ? 1 : 0);
    if (rank > best_rank) {
      best = instance;
      best_rank = rank;
    }
  }
  ++turn_;
  return best;
}

std::vector<std::shared_ptr<Instance>> Instances::all() {
  const std::scoped_lock lock{mutex_};
  return instances_;
}

bool Instances::is_reached() {
  const std::scoped_lock lock{mutex_};
  return std::ranges::any_of(instances_, [](const auto& instance) {
    return instance->channel->GetState(true) == GRPC_CHANNEL_READY;
  });
}

struct Channels::Call {
  Outgoing outgoing;
  Done done;
  int attempts = 0;
  std::shared_ptr<Instance> instance = {};
  std::shared_ptr<grpc::ClientContext> context = {};
  grpc::ByteBuffer request = {};
  grpc::ByteBuffer answer = {};
};

Channels::Channels(Registry& registry, std::shared_ptr<const GrpcClientSettings> settings)
    : settings_(std::move(settings)) {
  for (const auto service : shop_services) {
    const auto home = home_of(service);
    if (instances_.contains(home)) continue;
    homes_.push_back(home);
    const auto instances = std::make_shared<Instances>(home, settings_);
    instances_.emplace(home, instances);
    // The registry may tell something when this is gone.
    registry.watch(home,
                   [told = std::weak_ptr{instances}](const std::vector<std::string>& addresses) {
                     if (const auto known = told.lock()) known->set(addresses);
                   });
  }
}

Duration Channels::deadline_of(Kind kind) const {
  switch (kind) {
    case Kind::question:
      return settings_->question_deadline;
    case Kind::get:
    case Kind::list:
    case Kind::last_run:
    case Kind::metrics:
    case Kind::logs:
      return settings_->read_deadline;
    default:
      return settings_->command_deadline;
  }
}

void Channels::call(Outgoing outgoing, Done done) {
  attempt(std::make_shared<Call>(Call{.outgoing = std::move(outgoing), .done = std::move(done)}));
}

// The context is there before others may cancel it.
bool Channels::begin(Call& call) {
  const auto& outgoing = call.outgoing;
  auto context = std::make_shared<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + deadline_of(outgoing.method->kind));
  // It may just be starting: then nothing is sent before it is there.
  if (call.instance->is_coming()) {
    grpc::experimental::ChannelResetConnectionBackoff(call.instance->channel.get());
    context->set_wait_for_ready(true);
    context->set_deadline(std::chrono::system_clock::now() +
                          std::min(comes_within, deadline_of(outgoing.method->kind)));
  }
  add_token(*settings_, *context);
  if (!outgoing.traceparent.empty()) {
    context->AddMetadata(std::string{traceparent_key}, outgoing.traceparent);
  }
  const auto& said = call.attempts == 0 ? outgoing.context : outgoing.retry_context;
  if (!said.empty()) context->AddMetadata(std::string{context_key}, said);
  const std::scoped_lock lock{mutex_};
  if (is_stopped_) return false;
  call.context = std::move(context);
  calls_.insert(&call);
  return true;
}

// False where none could be made: then it is done.
bool Channels::attempt(const std::shared_ptr<Call>& call) {
  const auto home = call->outgoing.home;
  call->instance =
      call->outgoing.at ? call->outgoing.at : instances_.at(home)->next(call->instance.get());
  if (call->instance == nullptr) {
    call->done(
        fail(ErrorKind::unavailable, "no process of " + std::string{name_of(home)} + " is known"));
    return false;
  }
  if (!begin(*call)) {
    call->done(fail(ErrorKind::unavailable, "this process is stopping"));
    return false;
  }
  ++call->attempts;
  call->request = buffer_of(call->outgoing.request);
  call->answer.Clear();
  call->instance->stub.UnaryCall(call->context.get(), call->outgoing.method->path, {},
                                 &call->request, &call->answer,
                                 [this, call](const grpc::Status& status) { end(call, status); });
  return true;
}

void Channels::end(const std::shared_ptr<Call>& call, const grpc::Status& status) {
  bool is_stopped = false;
  {
    const std::scoped_lock lock{mutex_};
    is_stopped = is_stopped_;
  }
  const bool is_repeated = !is_stopped && call->attempts == 1 &&
                           call->outgoing.method->repeat == Repeat::safe &&
                           may_be_repeated(status.error_code());
  if (is_repeated) {
    if (attempt(call)) return;  // still counted among those under way
  } else if (is_stopped) {
    call->done(fail(ErrorKind::unavailable, "this process is stopping"));
  } else if (status.ok()) {
    call->done(bytes_of(call->answer));
  } else {
    call->done(std::unexpected(to_error({.code = status.error_code(),
                                         .message = status.error_message(),
                                         .details = status.error_details()},
                                        name_of(call->outgoing.home))));
  }
  finish(*call);
}

void Channels::finish(Call& call) {
  const std::scoped_lock lock{mutex_};
  calls_.erase(&call);
  if (calls_.empty()) ended_.notify_all();
}

std::vector<std::shared_ptr<Instance>> Channels::instances_of(ServiceName home) {
  return instances_.at(home)->all();
}

bool Channels::reaches(ServiceName service) {
  return instances_.at(home_of(service))->is_reached();
}

void Channels::stop() {
  std::unique_lock lock{mutex_};
  is_stopped_ = true;
  std::vector<std::shared_ptr<grpc::ClientContext>> left;
  for (const auto* call : calls_) left.push_back(call->context);
  lock.unlock();
  for (const auto& context : left) context->TryCancel();
  lock.lock();
  ended_.wait(lock, [this] { return calls_.empty(); });
  lock.unlock();
  for (auto& [home, instances] : instances_) instances->close();
}

}  // namespace oms::grpc_api
