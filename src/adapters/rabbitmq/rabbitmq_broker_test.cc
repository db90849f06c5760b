// What RabbitMQ alone does. The rest is in tests/ports/broker_test.cc.
#include "adapters/rabbitmq/rabbitmq_broker.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "adapters/rabbitmq/connection.h"
#include "messages/cloud_event.h"
#include "tests/support/broker_clients.h"
#include "tests/support/outside.h"
#include "tests/support/server.h"

namespace oms {
namespace {

using namespace std::chrono_literals;
using testing::Arrivals;
using testing::environment;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sender;
using testing::wait_until;

constexpr std::array<std::size_t, 1> only{0};

class RabbitmqTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = environment("TEST_RABBITMQ");
    if (server_.empty()) GTEST_SKIP() << "it needs a server: `scripts/servers env`";
  }
  void TearDown() override {
    if (server_.empty()) return;
    for (const auto& queue : {queue_, prefix_ + ".dead"}) remove(queue);
    with_connection([&](amqp_connection_state_t connection) {
      amqp_exchange_delete(connection, 1, rabbitmq::to_bytes(prefix_), 0);
      amqp_exchange_delete(connection, 1, rabbitmq::to_bytes(prefix_ + ".dead"), 0);
      amqp_exchange_delete(connection, 1, rabbitmq::to_bytes(prefix_ + ".events"), 0);
    });
  }

  Result<std::unique_ptr<Broker>> open(const std::string& url, EventNames names = {}) {
    const auto log = [this](const std::string& line) {
      const std::scoped_lock lock{mutex_};
      log_ += line + "\n";
    };
    return open_rabbitmq_broker(url + "?prefix=" + prefix_, log, std::move(names));
  }
  std::string log() {
    const std::scoped_lock lock{mutex_};
    return log_;
  }
  std::string with(std::string_view part, std::string_view other) const {
    auto url = server_;
    const auto at = url.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return at == std::string::npos ? url : url.replace(at, part.size(), other);
  }
  void with_connection(const std::function<void(amqp_connection_state_t)>& act) const {
    const auto settings = rabbitmq::read_settings(server_).value();
    rabbitmq::Connection connection{settings};
    ASSERT_TRUE(connection.open().has_value());
    amqp_channel_open(connection.get(), 1);
    act(connection.get());
    connection.close();
  }
  void remove(const std::string& queue) const {
    with_connection([&](amqp_connection_state_t connection) {
      amqp_queue_delete(connection, 1, rabbitmq::to_bytes(queue), 0, 0);
    });
  }
  std::uint32_t waiting(const std::string& queue) const {
    std::uint32_t count = 0;
    with_connection([&](amqp_connection_state_t connection) {
      const auto* const ok = amqp_queue_declare(connection, 1, rabbitmq::to_bytes(queue), 1, 1, 0,
                                                0, amqp_empty_table);
      if (ok != nullptr) count = ok->message_count;
    });
    return count;
  }
  Envelope envelope() { return {.id = Id::child_of(Id{{1}}, ++made_), .to = ServiceName::stock}; }
  void publish(Broker& broker) {
    broker.publish({envelope()},
                   [this](std::span<const std::size_t> places) { confirmed_ += places.size(); });
  }

  const testing::Server shared_{"rabbitmq"};  // nobody stops it meanwhile
  std::string server_;
  const std::string prefix_ = "unit-" + std::to_string(::getpid());
  const std::string queue_ = prefix_ + ".stock.0";
  std::mutex mutex_;
  std::string log_;
  std::uint32_t made_ = 0;
  std::atomic<std::size_t> confirmed_ = 0;
};

TEST_F(RabbitmqTest, AWrongPasswordIsRefusedAndNotShown) {
  const auto broker = open(with("oms-test@", "not-the-one@"));
  ASSERT_FALSE(broker.has_value());
  EXPECT_EQ(broker.error().kind, ErrorKind::unauthorized);
  EXPECT_THAT(broker.error().detail, Not(HasSubstr("not-the-one")));
}

TEST_F(RabbitmqTest, NoServerIsSaidSoAtOnce) {
  const auto broker = open("amqp://oms:oms-test@127.0.0.1:1");
  ASSERT_FALSE(broker.has_value());
  EXPECT_EQ(broker.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(broker.error().detail, HasSubstr("127.0.0.1:1"));
}

TEST_F(RabbitmqTest, SpeaksTlsToAServerThatTheCaHasSigned) {
  const auto secure = "amqps://oms:oms-test@localhost:24011";
  if (!server_.contains(":24010")) GTEST_SKIP() << "where its TLS port is nobody says";
  const auto tls = [&](const std::string& ca) {
    return open_rabbitmq_broker(std::string{secure} + "?prefix=" + prefix_ + "&cacert=" + ca,
                                [](const std::string&) {});
  };
  const auto broker = tls(environment("TEST_CA"));
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  publish(**broker);
  EXPECT_TRUE(wait_until([&] { return confirmed_ == 1; }));
  EXPECT_FALSE(tls("/etc/ssl/certs/ca-certificates.crt").has_value());
  EXPECT_THAT(tls("/no/such/file").error().detail, HasSubstr("/no/such/file"));
}

// Those outside bind queues of their own. Nobody need follow: it is confirmed all the same.
TEST_F(RabbitmqTest, EventsGoToThoseWhoFollowThemByTheirNames) {
  const auto broker = open(server_, {{"order.paid", "orderPaidEvent"}});
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  const auto tell = [&](const std::string& type) {
    Envelope event{.id = Id::child_of(Id{{2}}, ++made_), .to = ServiceName::world};
    event.payload.text =
        R"({"id":"a/1","source":"/oms/orders","type":")" + type + R"(","subject":"a"})";
    (*broker)->publish(
        {event}, [this](std::span<const std::size_t> places) { confirmed_ += places.size(); });
  };
  tell("order.created");
  EXPECT_TRUE(wait_until([&] { return confirmed_ == 1; })) << "nobody follows";
  with_connection([&](amqp_connection_state_t connection) {
    const auto exchange = prefix_ + ".events";
    const auto* const queue =
        amqp_queue_declare(connection, 1, amqp_empty_bytes, 0, 0, 1, 1, amqp_empty_table);
    for (const char* key : {"order.*", "orderPaidEvent"}) {
      amqp_queue_bind(connection, 1, queue->queue, rabbitmq::to_bytes(exchange),
                      amqp_cstring_bytes(key), amqp_empty_table);
    }
    const std::string name{rabbitmq::to_text(queue->queue)};
    for (const auto* type : {"order.created", "order.paid", "order.ready"}) tell(type);
    EXPECT_TRUE(wait_until([&] { return confirmed_ == 4; }));
    amqp_basic_consume(connection, 1, rabbitmq::to_bytes(name), amqp_empty_bytes, 0, 1, 0,
                       amqp_empty_table);
    std::vector<std::string> keys;
    for (int i = 0; i < 3; ++i) {
      amqp_envelope_t got{};
      const timeval patience{5, 0};
      ASSERT_EQ(amqp_consume_message(connection, &got, &patience, 0).reply_type,
                AMQP_RESPONSE_NORMAL);
      keys.emplace_back(rabbitmq::to_text(got.routing_key));
      EXPECT_EQ(rabbitmq::to_text(got.message.properties.content_type), cloud_event_media_type);
      EXPECT_THAT(std::string{rabbitmq::to_text(got.message.body)}, HasSubstr("/oms/orders"));
      amqp_destroy_envelope(&got);
    }
    EXPECT_THAT(keys, ::testing::ElementsAre("order.created", "orderPaidEvent", "order.ready"));
  });
}

TEST_F(RabbitmqTest, WhatNoQueueHasTakenIsNotConfirmedAndTheQueueIsMadeAgain) {
  const auto broker = open(server_);
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  publish(**broker);
  EXPECT_TRUE(wait_until([&] { return confirmed_ == 1; }));
  remove(queue_);
  publish(**broker);
  EXPECT_TRUE(wait_until([&] { return log().contains("has no queue " + queue_); }));
  EXPECT_EQ(confirmed_, 1U);
  publish(**broker);
  EXPECT_TRUE(wait_until([&] { return confirmed_ == 2; }));
  EXPECT_THAT(log(), Not(HasSubstr("oms-test")));
}

TEST_F(RabbitmqTest, WhatIsPublishedSinceAQueueWasDeletedIsNotLost) {
  const auto broker = open(server_);
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  Sender sender{**broker};
  const auto is_confirmed = [&] {
    if (!sender.is_done()) sender.publish_again();
    std::this_thread::sleep_for(20ms);
    return sender.is_done();
  };
  std::vector<Id> since;
  for (int n = 0; n < 300; ++n) {
    if (n == 100 || n == 200) {
      ASSERT_TRUE(wait_until(is_confirmed));
      remove(queue_);  // and what it holds: nobody consumes yet
      since.clear();
    }
    auto next = envelope();
    since.push_back(next.id);
    sender.publish({std::move(next)});
  }
  EXPECT_TRUE(wait_until(is_confirmed));
  EXPECT_THAT(log(), HasSubstr("has no queue " + queue_));
  Arrivals arrivals;
  const auto subscription = (*broker)->subscribe(ServiceName::stock, arrivals.receiver());
  (*broker)->consume(ServiceName::stock, only);
  EXPECT_TRUE(wait_until(
      [&] { return std::ranges::all_of(since, [&](const Id& id) { return arrivals.has(id); }); }));
}

TEST_F(RabbitmqTest, AQueueThatWasDeletedIsMadeAgainByItsConsumer) {
  const auto broker = open(server_);
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  Arrivals arrivals;
  const auto subscription = (*broker)->subscribe(ServiceName::stock, arrivals.receiver());
  (*broker)->consume(ServiceName::stock, only);
  publish(**broker);
  EXPECT_TRUE(wait_until([&] { return arrivals.count() == 1; }));
  remove(queue_);
  EXPECT_TRUE(wait_until([&] { return log().contains("is consumed no more"); }));
  EXPECT_TRUE(wait_until([&] {
    publish(**broker);
    std::this_thread::sleep_for(50ms);
    return arrivals.count() > 1;
  }));
}

TEST_F(RabbitmqTest, WhatCannotBeReadBecomesADeadLetter) {
  const auto broker = open(server_);
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  Arrivals arrivals;
  const auto subscription = (*broker)->subscribe(ServiceName::stock, arrivals.receiver());
  publish(**broker);
  EXPECT_TRUE(wait_until([&] { return confirmed_ == 1; }));
  with_connection([&](amqp_connection_state_t connection) {
    amqp_basic_publish(connection, 1, rabbitmq::to_bytes(prefix_), rabbitmq::to_bytes(queue_), 0, 0,
                       nullptr, rabbitmq::to_bytes("no JSON"));
  });
  publish(**broker);
  (*broker)->consume(ServiceName::stock, only);
  EXPECT_TRUE(wait_until([&] { return arrivals.count() == 2; }));
  EXPECT_TRUE(wait_until([&] { return waiting(prefix_ + ".dead") == 1; }));
}

}  // namespace
}  // namespace oms
