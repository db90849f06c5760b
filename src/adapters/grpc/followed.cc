#include "adapters/grpc/followed.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>
#include <oms/v1/orders.pb.h>

#include "adapters/grpc/channels.h"
#include "adapters/grpc/credentials.h"
#include "adapters/grpc/runs.h"

namespace oms::grpc_api {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds pause_min{100};
constexpr Milliseconds pause_max{5000};

// So that not all come back at once.
Milliseconds jittered(Milliseconds pause) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return Milliseconds{std::uniform_int_distribution<Milliseconds::rep>{pause.count() / 2,
                                                                       pause.count()}(random)};
}

}  // namespace

struct Followed::Shared {
  std::mutex mutex;
  std::condition_variable ended;
  std::shared_ptr<const GrpcClientSettings> settings;
  ChangeSink* sink = nullptr;
  std::vector<std::string> addresses;
  std::map<std::string, std::shared_ptr<Follower>> followers;
  int running = 0;  // followers that gRPC still calls
  bool is_stopped = false;

  // A follower for each address, as soon as there is somebody to tell.
  static void adjust(const std::shared_ptr<Shared>& self);
};

// The stream of one instance. gRPC calls it, one call after another, until it is left and its stream
// or its pause has ended.
class Followed::Follower final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                                 public std::enable_shared_from_this<Follower> {
 public:
  Follower(std::shared_ptr<Shared> shared, const std::string& address)
      : shared_(std::move(shared)),
        instance_(address, *shared_->settings, shared_->settings->home_of(ServiceName::orders)) {}

  // With the mutex of all held.
  void begin() {
    self_ = shared_from_this();
    ++shared_->running;
    call();
  }
  // The same: nothing is told any more. Then `cancel`, without it.
  void leave() {
    is_left_ = true;
    left_ = context_;
  }
  void cancel() {
    left_->TryCancel();
    alarm_.Cancel();
  }

  void OnReadInitialMetadataDone(bool is_ok) override {
    if (!is_ok) return;
    is_following_ = true;
    pause_ = pause_min;
    tell([](ChangeSink& sink) { sink.changes_missed(); });
  }
  void OnReadDone(bool is_ok) override {
    if (!is_ok) return;
    oms::v1::OrderChange message;
    OrderChange change;
    const bool is_read = message.ParseFromString(bytes_of(frame_)) && read_message(message, change);
    if (!is_read) {
      if (shared_->settings->warn) {
        shared_->settings->warn(instance_.address + " tells changes that cannot be read");
      }
      context_->TryCancel();
      return;
    }
    tell([&](ChangeSink& sink) { sink.order_changed(change.order, change.since); });
    StartRead(&frame_);
  }
  void OnDone(const grpc::Status& status) override {
    const auto kept = self_;  // longer than the lock
    const std::scoped_lock lock{shared_->mutex};
    if (is_left_) return end();
    warn_of(status);
    is_following_ = false;
    const auto pause = jittered(pause_);
    pause_ = std::min(2 * pause_, pause_max);
    alarm_.Set(std::chrono::system_clock::now() + pause, [this](bool) {
      const auto it = self_;
      const std::scoped_lock again{shared_->mutex};
      if (is_left_) return end();
      call();
    });
  }

 private:
  // It waits until the instance can be reached.
  void call() {
    context_ = std::make_shared<grpc::ClientContext>();
    context_->set_wait_for_ready(true);
    add_token(*shared_->settings, *context_);
    instance_.stub.PrepareBidiStreamingCall(context_.get(), only_method(Kind::follow).path, {},
                                            this);
    request_ = buffer_of({});  // one without bytes is a message, one that holds nothing is none
    StartWriteLast(&request_, {});
    StartRead(&frame_);
    StartCall();
  }
  template <class Tell>
  void tell(Tell tell_it) {
    ChangeSink* sink = nullptr;
    {
      const std::scoped_lock lock{shared_->mutex};
      if (!is_left_) sink = shared_->sink;
    }
    if (sink != nullptr) tell_it(*sink);
  }
  void warn_of(const grpc::Status& status) const {
    if (!shared_->settings->warn || !is_following_) return;
    shared_->settings->warn("the changes of orders at " + instance_.address +
                            " are not followed for a moment: " + status.error_message());
  }
  // With the mutex held: gRPC calls this no more.
  void end() {
    self_.reset();
    --shared_->running;
    shared_->ended.notify_all();
  }

  const std::shared_ptr<Shared> shared_;
  Instance instance_;
  std::shared_ptr<Follower> self_;  // while gRPC calls
  std::shared_ptr<grpc::ClientContext> context_;
  std::shared_ptr<grpc::ClientContext> left_;  // what is to be cancelled
  grpc::Alarm alarm_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer frame_;
  Milliseconds pause_ = pause_min;
  bool is_left_ = false;
  bool is_following_ = false;
};

void Followed::Shared::adjust(const std::shared_ptr<Shared>& self) {
  std::vector<std::shared_ptr<Follower>> left;
  {
    const std::scoped_lock lock{self->mutex};
    const auto& wanted = self->addresses;
    std::erase_if(self->followers, [&](const auto& entry) {
      const bool is_wanted =
          !self->is_stopped && std::ranges::find(wanted, entry.first) != wanted.end();
      if (is_wanted) return false;
      entry.second->leave();
      left.push_back(entry.second);
      return true;
    });
    for (const auto& address : wanted) {
      if (self->sink == nullptr || self->is_stopped || self->followers.contains(address)) continue;
      const auto follower = std::make_shared<Follower>(self, address);
      self->followers.emplace(address, follower);
      follower->begin();
    }
  }
  for (const auto& follower : left) follower->cancel();
}

Followed::Followed(Registry& registry, std::shared_ptr<const GrpcClientSettings> settings)
    : shared_(std::make_shared<Shared>()) {
  shared_->settings = std::move(settings);
  // The registry may tell something when this is gone.
  registry.watch(shared_->settings->home_of(ServiceName::orders),
                 [told = std::weak_ptr{shared_}](std::vector<std::string> addresses) {
                   const auto shared = told.lock();
                   if (!shared) return;
                   {
                     const std::scoped_lock lock{shared->mutex};
                     shared->addresses = std::move(addresses);
                   }
                   Shared::adjust(shared);
                 });
}

Followed::~Followed() {
  stop();
}

void Followed::follow(ChangeSink& sink) {
  {
    const std::scoped_lock lock{shared_->mutex};
    shared_->sink = &sink;
  }
  Shared::adjust(shared_);
}

void Followed::stop() {
  {
    const std::scoped_lock lock{shared_->mutex};
    shared_->is_stopped = true;
  }
  Shared::adjust(shared_);
  std::unique_lock lock{shared_->mutex};
  shared_->ended.wait(lock, [this] { return shared_->running == 0; });
}

}  // namespace oms::grpc_api
