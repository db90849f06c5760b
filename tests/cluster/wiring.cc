#include "tests/cluster/wiring.h"

#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tests/cluster/http.h"
#include "tests/support/outside.h"

namespace oms::cluster {
namespace {

using testing::environment;

constexpr const char* services[] = {"orders",  "stock",    "payments",
                                    "kitchen", "delivery", "notifications"};

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};

const char* variable_of(const std::string& server) {
  if (server == "postgres") return "TEST_POSTGRES";
  return server == "kafka" ? "TEST_KAFKA" : "TEST_RABBITMQ";
}

std::string new_name() {
  static std::atomic<int> count = 0;
  return "apart_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

// The end of "127.0.0.1:24020" in a URL, and where its digits begin.
struct Port {
  std::size_t begin;
  std::size_t end;
};
Port find_port(const std::string& url) {
  const auto host = url.find('@') == std::string::npos ? url.find("//") + 2 : url.find('@') + 1;
  const auto begin = url.find(':', host) + 1;
  return {.begin = begin, .end = std::min(url.find_first_not_of("0123456789", begin), url.size())};
}

void run_sql(const std::string& statement) {
  const std::unique_ptr<PGconn, Destroy<PQfinish>> connection{
      PQconnectdb(environment("TEST_POSTGRES").c_str())};
  const std::unique_ptr<PGresult, Destroy<PQclear>> result{
      PQexec(connection.get(), statement.c_str())};
  if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return;
  throw std::runtime_error(statement + ": " + PQerrorMessage(connection.get()));
}

// The names of all "name":"…" in a list of RabbitMQ's that begin so.
std::vector<std::string> names_in(const std::string& json, const std::string& beginning) {
  std::vector<std::string> names;
  const std::string key = R"("name":")";
  for (auto at = json.find(key); at != std::string::npos; at = json.find(key, at)) {
    at += key.size();
    auto name = json.substr(at, json.find('"', at) - at);
    if (name.starts_with(beginning)) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Wiring& wiring) {
  return out << wiring.name();
}

std::string why_skipped(const Wiring& wiring) {
  for (const auto& server : {wiring.store, wiring.broker}) {
    if (server == "sqlite") continue;
    const std::string variable = variable_of(server);
    if (environment(variable.c_str()).empty()) {
      return variable + " is not set: see scripts/servers";
    }
  }
  return {};
}

std::string with_port(const std::string& url, std::uint16_t port) {
  const auto place = find_port(url);
  return url.substr(0, place.begin) + std::to_string(port) + url.substr(place.end);
}

std::uint16_t port_of(const std::string& url) {
  const auto place = find_port(url);
  return static_cast<std::uint16_t>(std::stoi(url.substr(place.begin, place.end - place.begin)));
}

Quarters::Quarters(const Wiring& wiring) : wiring_(wiring), name_(new_name()) {
  if (wiring.store != "postgres") return;
  for (const std::string service : services) {
    run_sql("create database " + name_ + "_" + service);
  }
}

Quarters::~Quarters() {
  try {
    if (wiring_.store == "postgres") remove_databases();
    if (wiring_.broker == "kafka") remove_topics();
    if (wiring_.broker == "rabbitmq") remove_queues();
  } catch (const std::exception& error) {
    std::clog << "What a cluster left on the servers stays there: " << error.what() << '\n';
  }
}

std::string Quarters::store_url(std::uint16_t port) const {
  if (wiring_.store != "postgres") return {};
  auto url = environment("TEST_POSTGRES");
  if (port > 0) url = with_port(url, port);
  return url.substr(0, url.rfind('/') + 1) + name_ + "_{service}";
}

std::string Quarters::broker_url(std::uint16_t port) const {
  auto url = environment(variable_of(wiring_.broker));
  if (port > 0) url = with_port(url, port);
  return url + "?prefix=" + name_;
}

void Quarters::remove_databases() const {
  for (const std::string service : services) {
    run_sql("drop database if exists " + name_ + "_" + service + " with (force)");
  }
}

void Quarters::remove_queues() const {
  const auto console = environment("TEST_RABBITMQ_CONSOLE");
  if (console.empty()) return;  // another RabbitMQ than that of scripts/servers
  const std::vector<std::string> as_user{"Authorization: Basic b21zOm9tcy10ZXN0"};
  for (const std::string kind : {"queues", "exchanges"}) {
    const auto list = console + "/api/" + kind + "/%2f";
    const auto all = http::send({.url = list + "?columns=name", .headers = as_user});
    for (const auto& name : names_in(all.body, name_)) {
      http::send({.method = "DELETE", .url = list + "/" + name, .headers = as_user});
    }
  }
}

void Quarters::remove_topics() const {
  using Settings = rd_kafka_conf_t;
  Settings* const settings = rd_kafka_conf_new();
  const auto brokers = environment("TEST_KAFKA").substr(std::string{"kafka://"}.size());
  rd_kafka_conf_set(settings, "bootstrap.servers", brokers.c_str(), nullptr, 0);
  const std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>> kafka{
      rd_kafka_new(RD_KAFKA_PRODUCER, settings, nullptr, 0)};
  constexpr int answered_within_ms = 10'000;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(kafka.get(), 1, nullptr, &metadata, answered_within_ms) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("Kafka does not answer");
  }
  std::vector<rd_kafka_DeleteTopic_t*> topics;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto* const topic = metadata->topics[i].topic;
    if (std::string_view{topic}.starts_with(name_)) {
      topics.push_back(rd_kafka_DeleteTopic_new(topic));
    }
  }
  rd_kafka_metadata_destroy(metadata);
  if (topics.empty()) return;
  const std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>> queue{
      rd_kafka_queue_new(kafka.get())};
  rd_kafka_DeleteTopics(kafka.get(), topics.data(), topics.size(), nullptr, queue.get());
  const std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>> done{
      rd_kafka_queue_poll(queue.get(), answered_within_ms)};
  rd_kafka_DeleteTopic_destroy_array(topics.data(), topics.size());
}

}  // namespace oms::cluster
