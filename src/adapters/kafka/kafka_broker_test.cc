// What Kafka alone does. The rest is in tests/ports/broker_test.cc.
#include "adapters/kafka/kafka_broker.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "adapters/kafka/handle.h"
#include "codec/json_names.h"
#include "tests/support/outside.h"
#include "tests/support/server.h"

namespace oms {
namespace {

using namespace std::chrono_literals;
using testing::environment;
using ::testing::HasSubstr;
using testing::wait_until;

constexpr std::array<std::size_t, 1> only{0};

class KafkaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = environment("TEST_KAFKA");
    if (server_.empty()) GTEST_SKIP() << "it needs a server: `scripts/servers env`";
    settings_ = kafka::read_settings(server_ + "?prefix=" + prefix_).value();
    handle_ = kafka::open_handle(settings_, RD_KAFKA_PRODUCER, {}, {}).value();
    queue_.reset(rd_kafka_queue_new(handle_.get()));
  }
  void TearDown() override {
    if (!handle_) return;
    std::vector<rd_kafka_DeleteTopic_t*> topics;
    for (const auto& service : json::enumerators<ServiceName>) {
      topics.push_back(rd_kafka_DeleteTopic_new(settings_.topic(service.value).c_str()));
    }
    for (const auto stream : event_streams) {
      topics.push_back(rd_kafka_DeleteTopic_new(settings_.event_topic(stream).c_str()));
    }
    rd_kafka_DeleteTopics(handle_.get(), topics.data(), topics.size(), nullptr, queue_.get());
    const kafka::Event done{rd_kafka_queue_poll(queue_.get(), 10'000)};
    rd_kafka_DeleteTopic_destroy_array(topics.data(), topics.size());
  }

  // The topic of stock, with an option of its own, as an operator may have made it.
  void make_topic(int partitions, const char* option, const char* value) {
    auto* topic = rd_kafka_NewTopic_new(settings_.topic(ServiceName::stock).c_str(), partitions, 1,
                                        nullptr, 0);
    rd_kafka_NewTopic_set_config(topic, option, value);
    rd_kafka_CreateTopics(handle_.get(), &topic, 1, nullptr, queue_.get());
    const kafka::Event done{rd_kafka_queue_poll(queue_.get(), 10'000)};
    rd_kafka_NewTopic_destroy(topic);
  }
  Result<std::unique_ptr<Broker>> open(const std::string& more = "") {
    return open_kafka_broker(server_ + "?prefix=" + prefix_ + more, [](const std::string&) {});
  }
  std::string refusal() {
    const auto broker = open();
    EXPECT_FALSE(broker.has_value());
    if (broker) return "";
    EXPECT_EQ(broker.error().kind, ErrorKind::conflict);
    return broker.error().detail;
  }

  static int next() {
    static int count = 0;
    return ++count;
  }
  const testing::Server shared_{"kafka"};  // nobody stops it meanwhile
  std::string server_;
  const std::string prefix_ = "unit-" + std::to_string(::getpid()) + "-" + std::to_string(next());
  kafka::Settings settings_;
  kafka::Handle handle_;
  kafka::Queue queue_;
};

TEST_F(KafkaTest, ATopicThatWouldLoseMessagesIsRefused) {
  make_topic(1, "retention.ms", "3600000");
  EXPECT_THAT(refusal(), HasSubstr("retention.ms=3600000"));
  EXPECT_TRUE(open("&min_retention_hours=1").has_value());
}

TEST_F(KafkaTest, ATopicThatIsCompactedIsRefused) {
  make_topic(1, "cleanup.policy", "compact");
  EXPECT_THAT(refusal(), HasSubstr("cleanup.policy=compact"));
}

TEST_F(KafkaTest, ATopicThatIsBoundedByItsSizeIsRefused) {
  make_topic(1, "retention.bytes", "1000000");
  EXPECT_THAT(refusal(), HasSubstr("retention.bytes=1000000"));
}

TEST_F(KafkaTest, AnotherNumberOfPartitionsIsRefused) {
  make_topic(4, "retention.ms", "-1");
  const auto why = refusal();
  EXPECT_THAT(why, HasSubstr("has 4 partitions"));
  EXPECT_THAT(why, HasSubstr("set partitions=4"));
}

TEST_F(KafkaTest, NoServerIsSaidSo) {
  const auto broker = open_kafka_broker("kafka://127.0.0.1:1", [](const std::string&) {});
  ASSERT_FALSE(broker.has_value());
  EXPECT_EQ(broker.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(broker.error().detail, HasSubstr("127.0.0.1:1"));
}

TEST_F(KafkaTest, SpeaksTlsToAServerThatTheCaHasSigned) {
  if (!server_.contains(":24030")) GTEST_SKIP() << "where its TLS port is nobody says";
  std::atomic<std::size_t> confirmed = 0;
  const auto broker = open_kafka_broker("kafka://localhost:24031?security=ssl&prefix=" + prefix_ +
                                            "&cacert=" + environment("TEST_CA"),
                                        [](const std::string&) {});
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  (*broker)->publish({Envelope{.id = Id{{1}}, .to = ServiceName::stock}},
                     [&](std::span<const std::size_t> places) { confirmed += places.size(); });
  EXPECT_TRUE(wait_until([&] { return confirmed == 1; }));
}

TEST_F(KafkaTest, EventsGoToTheTopicOfTheirStreamOrTheirOwnByTheirSubject) {
  const auto own = prefix_ + "-orderPaidEvent";
  const auto broker = open_kafka_broker(
      server_ + "?prefix=" + prefix_, [](const std::string&) {}, EventNames{{"order.paid", own}});
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  std::atomic<std::size_t> confirmed = 0;
  unsigned char made = 0;
  for (const std::string type : {"order.created", "order.paid", "order.ready"}) {
    Envelope event{.id = Id{{++made}}, .to = ServiceName::world};
    event.payload.text =
        R"({"id":"a/1","source":"/oms/orders","type":")" + type + R"(","subject":"a"})";
    (*broker)->publish({event},
                       [&](std::span<const std::size_t> places) { confirmed += places.size(); });
  }
  ASSERT_TRUE(wait_until([&] { return confirmed == 3; }));
  const kafka::Options options{{"group.id", prefix_}, {"enable.auto.commit", "false"}};
  auto reader = kafka::open_handle(settings_, RD_KAFKA_CONSUMER, options, {}).value();
  rd_kafka_poll_set_consumer(reader.get());
  const kafka::Offsets topics{rd_kafka_topic_partition_list_new(2)};
  for (const auto& topic : {settings_.event_topic("orders"), own}) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), 0)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(reader.get(), topics.get());
  std::map<std::string, std::vector<std::string>> seen;
  const auto end = std::chrono::steady_clock::now() + 10s;
  for (int count = 0; count < 3 && std::chrono::steady_clock::now() < end;) {
    const kafka::Received got{rd_kafka_consumer_poll(reader.get(), 100)};
    if (!got || got->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    ++count;
    EXPECT_EQ(std::string(static_cast<const char*>(got->key), got->key_len), "a");
    const std::string_view body{static_cast<const char*>(got->payload), got->len};
    seen[rd_kafka_topic_name(got->rkt)].push_back(read_cloud_event_head(body)->type);
  }
  rd_kafka_assign(reader.get(), nullptr);
  // Nobody has joined a group, and librdkafka 2.0 may wait for ever for one that closes.
  rd_kafka_destroy_flags(reader.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  using ::testing::ElementsAre;
  EXPECT_THAT(seen[settings_.event_topic("orders")], ElementsAre("order.created", "order.ready"));
  EXPECT_THAT(seen[own], ElementsAre("order.paid"));
  auto* mine = rd_kafka_DeleteTopic_new(own.c_str());
  rd_kafka_DeleteTopics(handle_.get(), &mine, 1, nullptr, queue_.get());
  const kafka::Event done{rd_kafka_queue_poll(queue_.get(), 10'000)};
  rd_kafka_DeleteTopic_destroy(mine);
}

// The offset that is kept is that of the lowest that is not settled.
TEST_F(KafkaTest, WhatIsSettledDoesNotComeAgain) {
  auto broker = open();
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  std::atomic<int> arrived = 0;
  Broker::Subscription subscription;
  const auto consume = [&] {
    subscription = (*broker)->subscribe(ServiceName::stock,
                                        [&](const Envelope&, const Broker::Settle& settle) {
                                          ++arrived;
                                          settle(Disposition::ack);
                                        });
    (*broker)->consume(ServiceName::stock, only);
  };
  consume();
  for (unsigned char n = 0; n < 10; ++n) {
    (*broker)->publish({Envelope{.id = Id{{n, 1}}, .to = ServiceName::stock}},
                       [](std::span<const std::size_t>) {});
  }
  EXPECT_TRUE(wait_until([&] { return arrived == 10; }));
  broker->reset();
  broker = open();
  consume();
  (*broker)->publish({Envelope{.id = Id{{99, 1}}, .to = ServiceName::stock}},
                     [](std::span<const std::size_t>) {});
  EXPECT_TRUE(wait_until([&] { return arrived == 11; }));
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(arrived, 11);
}

}  // namespace
}  // namespace oms
