#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/grpc/client.h"
#include "adapters/grpc/server.h"

// What stands behind the server in its tests, and the registry that the client asks.
namespace oms::grpc_api::fakes {

class FakeRegistry final : public Registry {
 public:
  void announce(std::span<const ServiceName>, std::string_view) override {}
  void withdraw() override {}
  void watch(ServiceName service, OnAddresses on_addresses) override {
    const std::scoped_lock lock{mutex_};
    on_addresses(addresses_[service]);
    watchers_.emplace(service, std::move(on_addresses));
  }
  void set(ServiceName service, std::vector<std::string> addresses) {
    const std::scoped_lock lock{mutex_};
    addresses_[service] = addresses;
    const auto [first, last] = watchers_.equal_range(service);
    for (auto it = first; it != last; ++it) it->second(addresses);
  }

 private:
  std::mutex mutex_;
  std::map<ServiceName, std::vector<std::string>> addresses_;
  std::multimap<ServiceName, OnAddresses> watchers_;
};

class FakeCommands final : public Commands {
 public:
  void submit(Message message, Lane lane, Respond respond) override {
    std::unique_lock lock{mutex_};
    messages.push_back(std::move(message));
    lanes.push_back(lane);
    if (holds) return held.push_back(std::move(respond));
    const auto answer = reply;
    lock.unlock();
    respond(answer);
  }
  std::size_t count() {
    const std::scoped_lock lock{mutex_};
    return messages.size();
  }

  Result<Record> reply = Record{};
  bool holds = false;  // nobody is answered
  std::vector<Respond> held;
  std::vector<Message> messages;
  std::vector<Lane> lanes;

 private:
  std::mutex mutex_;
};

class FakeViews final : public Views {
 public:
  ~FakeViews() override {
    for (auto& thread : threads_) thread.join();
  }
  void aside(std::move_only_function<void()> work) override {
    const std::scoped_lock lock{mutex_};
    threads_.emplace_back(std::move(work));
  }
  Result<Found> get(const Key& key) override {
    const std::scoped_lock lock{mutex_};
    keys.push_back(key);
    return found;
  }
  Result<Page> list(const Query& query) override {
    const std::scoped_lock lock{mutex_};
    columns.emplace_back(query.column);
    queries.push_back(query);
    return page;
  }

  Result<Found> found = Found{};
  Result<Page> page = Page{};
  std::vector<Key> keys;
  std::vector<Query> queries;  // but for their columns
  std::vector<std::string> columns;

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

class FakeChanges final : public Changes {
 public:
  void follow(ChangeSink& sink) override { sink_ = &sink; }
  bool is_followed() const { return sink_.load() != nullptr && sink_.load()->is_wanted(); }
  void tell(const OrderView& order, std::int64_t since) const {
    sink_.load()->order_changed(order, since);
  }

 private:
  std::atomic<ChangeSink*> sink_{nullptr};
};

class FakeWebhooks final : public Webhooks {
 public:
  void take(std::string signature, std::string body, Done done) override {
    told = std::move(signature) + " " + std::move(body);
    done(outcome);
  }

  std::string told;
  Result<void> outcome;
};

class FakeReconciler final : public Reconciler {
 public:
  Result<Reconciliation> start(const ReconciliationRequest& request, By by) override {
    requested = request;
    who = by.who;
    return run;
  }
  Result<Reconciliation> last() const override { return run; }

  ReconciliationRequest requested;
  std::string who;
  Result<Reconciliation> run = Reconciliation{};
};

// One process, with all services in it unless it is told otherwise.
struct Process {
  explicit Process(std::vector<ServiceName> services = {shop_services.begin(), shop_services.end()},
                   const GrpcTls& tls = {}, const std::string& listen = "127.0.0.1:0") {
    auto opened =
        GrpcServer::open(listen, tls,
                         {.services = std::move(services),
                          .commands = commands,
                          .views = views,
                          .answer = [this](const Question& question) { return ask(question); },
                          .changes = &changes,
                          .webhooks = &webhooks,
                          .reconciler = &reconciler,
                          .metrics = [this] { return counted; },
                          .set_log_levels = [this](const LogLevels& wanted) -> Result<LogLevels> {
                            levels_wanted.push_back(wanted);
                            return levels;
                          },
                          .authorize = [this](const GrpcCaller& caller) -> Result<GrpcStanding> {
                            return authorize ? authorize(caller) : GrpcStanding{.is_ours = true};
                          },
                          .make_id = [] { return Id{Id::Bytes{0x66, 1}}; }});
    if (!opened) throw std::runtime_error(opened.error().detail);
    server = *std::move(opened);
    server->start();
    server->set_serving(true);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }

  FakeCommands commands;
  FakeChanges changes;
  FakeWebhooks webhooks;
  FakeReconciler reconciler;
  ProcessMetrics counted;
  LogLevels levels;
  std::vector<LogLevels> levels_wanted;
  std::function<Result<Answer>(const Question&)> ask = [](const Question&) -> Result<Answer> {
    return fail(ErrorKind::unavailable, "nobody answers");
  };
  std::function<Result<GrpcStanding>(const GrpcCaller&)> authorize = {};
  FakeViews views;
  std::unique_ptr<GrpcServer> server;  // ends first
};

// orders and coordinator share a home, all others have one each; or all share one.
inline ServiceName each_by_itself(ServiceName service) {
  return service == ServiceName::coordinator ? ServiceName::orders : service;
}
inline ServiceName all_together(ServiceName) {
  return ServiceName::orders;
}

}  // namespace oms::grpc_api::fakes
