#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
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
#include "tests/support/broker_clients.h"
#include "tests/support/outside.h"
#include "tests/support/server.h"

namespace oms::testing {

// The names of this test's queues and topics begin with it, as others run beside it.
inline std::string new_prefix() {
  static std::atomic<int> count = 0;
  return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

class Local {
 public:
  static bool is_there() { return true; }
  std::unique_ptr<Broker> open(std::size_t partitions = 1) {
    if (!queues_) queues_ = std::make_shared<LocalQueues>(partitions);
    return std::make_unique<LocalBroker>(queues_);
  }
  const Server* server() const { return nullptr; }
  bool wait_until_durable() const { return true; }

 private:
  std::shared_ptr<LocalQueues> queues_;
};

template <auto open_broker>
class Remote {
 public:
  explicit Remote(const char* variable, const char* server)
      : url_(environment(variable)), server_(server) {}

  std::unique_ptr<Broker> open(std::size_t partitions = 1) {
    partitions_ = partitions;
    auto broker = open_broker(
        url(), [](const std::string& line) { std::clog << line << '\n'; }, EventNames{});
    if (!broker) throw std::runtime_error(broker.error().detail);
    return *std::move(broker);
  }
  const Server* server() const { return &server_; }
  bool wait_until_durable() const { return true; }

 protected:
  std::string url() const {
    return url_ + "?prefix=" + prefix_ + "&partitions=" + std::to_string(partitions_);
  }
  const std::string url_;
  const std::string prefix_ = new_prefix();
  std::size_t partitions_ = 1;
  Server server_;
};

inline constexpr std::array consumers{ServiceName::stock, ServiceName::kitchen,
                                      ServiceName::orders};

class Rabbitmq : public Remote<open_rabbitmq_broker> {
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
    for (const auto& exchange : {prefix_, prefix_ + ".dead", prefix_ + ".events"}) {
      amqp_exchange_delete(connection.get(), 1, rabbitmq::to_bytes(exchange), 0);
    }
    connection.close();
  }

  // Until the file in which RabbitMQ looks for its quorum queues at a start has the new one, which
  // it keeps in memory at first (docs/decisions/0026).
  bool wait_until_durable() const {
    const auto queue = rabbitmq::read_settings(url()).value().queue(ServiceName::stock, 0);
    return wait_until([&] {
      for (const auto& node : std::filesystem::directory_iterator{server_.folder() / "data"}) {
        std::ifstream in{node.path() / "quorum" / node.path().filename() / "names.dets"};
        if (std::string{std::istreambuf_iterator<char>{in}, {}}.contains(queue)) return true;
      }
      return false;
    });
  }
};

class Kafka : public Remote<open_kafka_broker> {
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
    for (const auto stream : event_streams) {
      topics.push_back(rd_kafka_DeleteTopic_new(settings.event_topic(stream).c_str()));
    }
    rd_kafka_DeleteTopics(handle.get(), topics.data(), topics.size(), nullptr, queue.get());
    constexpr int deleted_within_ms = 10'000;
    const kafka::Event done{rd_kafka_queue_poll(queue.get(), deleted_within_ms)};
    rd_kafka_DeleteTopic_destroy_array(topics.data(), topics.size());
  }
};

}  // namespace oms::testing
