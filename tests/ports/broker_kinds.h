#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "adapters/kafka/handle.h"
#include "adapters/kafka/kafka_broker.h"
#include "adapters/local/local_broker.h"
#include "adapters/rabbitmq/connection.h"
#include "adapters/rabbitmq/rabbitmq_broker.h"
#include "codec/json_names.h"
#include "ports/broker.h"

namespace oms::testing {

inline std::string environment(const char* name) {
  const auto* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The names of this test's queues and topics begin with it, as others run beside it.
inline std::string new_prefix() {
  static std::atomic<int> count = 0;
  return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

// A server of `scripts/servers`, for as long as a test needs it. One that stops it is alone with
// it.
class Server {
 public:
  explicit Server(std::string name) : name_(std::move(name)) {
    lock_ = ::open((std::filesystem::temp_directory_path() / ("oms-" + name_ + ".lock")).c_str(),
                   O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    ::flock(lock_, LOCK_SH);
  }
  ~Server() { ::close(lock_); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool may_stop() const { return pid() > 0; }
  void have_alone() const { ::flock(lock_, LOCK_EX); }
  void kill() const { ::kill(pid(), SIGKILL); }
  void start() const {
    const auto command = std::string{OMS_SOURCE_DIR} + "/scripts/servers up " + name_;
    EXPECT_EQ(std::system(command.c_str()), 0);
  }

 private:
  ::pid_t pid() const {
    std::ifstream pids{std::string{OMS_SOURCE_DIR} + "/build/servers/" + name_ + "/pids"};
    std::string tag;
    ::pid_t pid = 0;
    for (std::string started; pids >> tag >> pid >> started;) {
      if (tag == "server") return pid;
    }
    return 0;
  }
  std::string name_;
  int lock_ = -1;
};

class Local {
 public:
  static bool is_there() { return true; }
  std::unique_ptr<Broker> open(std::size_t partitions = 1) {
    if (!queues_) queues_ = std::make_shared<LocalQueues>(partitions);
    return std::make_unique<LocalBroker>(queues_);
  }
  const Server* server() const { return nullptr; }

 private:
  std::shared_ptr<LocalQueues> queues_;
};

template <class Adapter>
class Remote {
 public:
  explicit Remote(const char* variable, const char* server)
      : url_(environment(variable)), server_(server) {}

  std::unique_ptr<Broker> open(std::size_t partitions = 1) {
    partitions_ = partitions;
    auto broker = Adapter::open(url(), [](const std::string& line) { std::clog << line << '\n'; });
    if (!broker) throw std::runtime_error(broker.error().detail);
    return *std::move(broker);
  }
  const Server* server() const { return &server_; }

 protected:
  std::string url() const {
    return url_ + "?prefix=" + prefix_ + "&partitions=" + std::to_string(partitions_);
  }
  const std::string url_;
  const std::string prefix_ = new_prefix();
  std::size_t partitions_ = 1;
  Server server_;
};

inline constexpr std::array consumers{ServiceName::stock, ServiceName::kitchen};

class Rabbitmq : public Remote<RabbitmqBroker> {
 public:
  static bool is_there() { return !environment("TEST_RABBITMQ").empty(); }
  Rabbitmq() : Remote("TEST_RABBITMQ", "rabbitmq") {}
  ~Rabbitmq() {
    if (url_.empty()) return;
    const auto settings = rabbitmq::read_settings(url()).value();
    rabbitmq::Connection connection{settings};
    if (!connection.open()) return;
    amqp_channel_open(connection.get(), 1);
    std::vector<std::string> queues{prefix_ + ".dead"};
    for (const auto to : consumers) {
      for (std::size_t n = 0; n < partitions_; ++n) queues.push_back(settings.queue(to, n));
    }
    for (const auto& queue : queues) {
      amqp_queue_delete(connection.get(), 1, rabbitmq::to_bytes(queue), 0, 0);
    }
    for (const auto& exchange : {prefix_, prefix_ + ".dead"}) {
      amqp_exchange_delete(connection.get(), 1, rabbitmq::to_bytes(exchange), 0);
    }
    connection.close();
  }
};

class Kafka : public Remote<KafkaBroker> {
 public:
  static bool is_there() { return !environment("TEST_KAFKA").empty(); }
  Kafka() : Remote("TEST_KAFKA", "kafka") {}
  ~Kafka() {
    if (url_.empty()) return;
    const auto settings = kafka::read_settings(url()).value();
    const auto handle = kafka::open_handle(settings, RD_KAFKA_PRODUCER, {}, {}).value();
    const kafka::Queue queue{rd_kafka_queue_new(handle.get())};
    std::vector<rd_kafka_DeleteTopic_t*> topics;
    for (const auto& service : json::enumerators<ServiceName>) {
      if (is_everywhere(service.value)) continue;
      topics.push_back(rd_kafka_DeleteTopic_new(settings.topic(service.value).c_str()));
    }
    rd_kafka_DeleteTopics(handle.get(), topics.data(), topics.size(), nullptr, queue.get());
    constexpr int deleted_within_ms = 10'000;
    const kafka::Event done{rd_kafka_queue_poll(queue.get(), deleted_within_ms)};
    rd_kafka_DeleteTopic_destroy_array(topics.data(), topics.size());
  }
};

template <class Condition>
bool wait_until(Condition condition, std::chrono::seconds at_most = std::chrono::seconds{60}) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return condition();
}

// Publishes, and publishes again what is not confirmed, as the relay does.
class Sender {
 public:
  explicit Sender(Broker& broker) : broker_(broker) {}

  void publish(std::vector<Envelope> envelopes) {
    auto keys = std::make_shared<std::vector<Id>>();
    for (const auto& envelope : envelopes) keys->push_back(envelope.id);
    {
      const std::scoped_lock lock{state_->mutex};
      for (const auto& envelope : envelopes) state_->unconfirmed.emplace(envelope.id, envelope);
    }
    const auto began = std::chrono::steady_clock::now();
    broker_.publish(std::move(envelopes),
                    [state = state_, keys](std::span<const std::size_t> places) {
                      const std::scoped_lock lock{state->mutex};
                      for (const auto place : places) state->unconfirmed.erase(keys->at(place));
                      state->confirmations += places.size();
                    });
    longest = std::max(longest, std::chrono::steady_clock::now() - began);
  }
  void publish_again() {
    std::vector<Envelope> again;
    {
      const std::scoped_lock lock{state_->mutex};
      for (const auto& [id, envelope] : state_->unconfirmed) again.push_back(envelope);
    }
    publish(std::move(again));
  }
  std::size_t unconfirmed() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->unconfirmed.size();
  }
  std::size_t confirmations() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->confirmations;
  }
  bool is_done() const { return unconfirmed() == 0; }

  std::chrono::steady_clock::duration longest{};  // that a call took

 private:
  struct State {  // the broker may call when this is gone
    std::mutex mutex;
    std::map<Id, Envelope> unconfirmed;
    std::size_t confirmations = 0;
  };
  Broker& broker_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// What one process has received.
class Arrivals {
 public:
  struct Arrival {
    Envelope envelope;
    Broker::Settle settle;
  };
  enum class Habit { acknowledge, hold };

  explicit Arrivals(Habit habit = Habit::acknowledge) : state_(std::make_shared<State>()) {
    state_->habit = habit;
  }

  Broker::Receive receiver() {
    return [state = state_](Envelope envelope, const Broker::Settle& settle) {
      {
        const std::scoped_lock lock{state->mutex};
        state->all.push_back({std::move(envelope), settle});
        state->ids.insert(state->all.back().envelope.id);
        if (state->habit == Habit::hold) return;
      }
      settle(Disposition::ack);
    };
  }
  std::vector<Arrival> all() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->all;
  }
  std::size_t count() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->all.size();
  }
  std::size_t different() const {
    const std::scoped_lock lock{state_->mutex};
    return state_->ids.size();
  }
  bool has(const Id& id) const {
    const std::scoped_lock lock{state_->mutex};
    return state_->ids.contains(id);
  }
  // All that is there, and all that comes.
  void acknowledge_all() {
    std::vector<Arrival> held;
    {
      const std::scoped_lock lock{state_->mutex};
      state_->habit = Habit::acknowledge;
      held = state_->all;
    }
    for (const auto& arrival : held) arrival.settle(Disposition::ack);
  }

 private:
  struct State {
    std::mutex mutex;
    Habit habit = Habit::acknowledge;
    std::vector<Arrival> all;
    std::set<Id> ids;
  };
  std::shared_ptr<State> state_;
};

}  // namespace oms::testing
