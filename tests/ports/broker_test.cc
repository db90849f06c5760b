// What every Broker promises, whatever carries the messages.
#include "ports/broker.h"

#include "base/partition.h"
#include "tests/ports/broker_kinds.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;
using Habit = Arrivals::Habit;

constexpr std::array<std::size_t, 1> only{0};
constexpr std::array<std::size_t, 0> none{};

template <class Kind>
class BrokerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Kind::is_there()) GTEST_SKIP() << "it needs a server: `scripts/servers env`";
    kind_ = std::make_unique<Kind>();
  }

  static Envelope envelope(std::int64_t number = 1, unsigned order = 0,
                           ServiceName to = ServiceName::stock) {
    static std::uint32_t count = 0;
    Envelope made{.id = Id::child_of(Id{{1}}, ++count),
                  .order_id = Id::child_of(Id{{2}}, order),
                  .from = ServiceName::orders,
                  .to = to,
                  .number = number,
                  .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
    made.payload.text = R"({"type":"Anything","data":{"n":)" + std::to_string(number) + "}}";
    return made;
  }
  static std::vector<Envelope> envelopes(int count, unsigned orders = 16,
                                         ServiceName to = ServiceName::stock) {
    std::vector<Envelope> made;
    for (int n = 0; n < count; ++n) {
      made.push_back(envelope(n + 1, static_cast<unsigned>(n) % orders, to));
    }
    return made;
  }
  static std::size_t partition(const Envelope& envelope, std::size_t partitions) {
    return static_cast<std::size_t>(partition_of(envelope.order_id.text())) % partitions;
  }

  std::unique_ptr<Kind> kind_;
};

using Kinds = ::testing::Types<Local, Rabbitmq, Kafka>;
struct KindNames {
  template <class Kind>
  static std::string GetName(int i) {
    return std::array{"Local", "Rabbitmq", "Kafka"}.at(static_cast<std::size_t>(i));
  }
};
TYPED_TEST_SUITE(BrokerTest, Kinds, KindNames);

TYPED_TEST(BrokerTest, WhatIsConfirmedArrivesAtItsService) {
  const auto broker = this->kind_->open(4);
  EXPECT_EQ(broker->partitions(), 4U);
  constexpr std::array<std::size_t, 4> all{0, 1, 2, 3};
  Arrivals stock;
  Arrivals kitchen;
  const auto subscription = broker->subscribe(ServiceName::stock, stock.receiver());
  const auto of_kitchen = broker->subscribe(ServiceName::kitchen, kitchen.receiver());
  broker->consume(ServiceName::stock, all);
  broker->consume(ServiceName::kitchen, all);
  auto sent = this->envelopes(100);
  std::ranges::move(this->envelopes(50, 16, ServiceName::kitchen), std::back_inserter(sent));
  Sender sender{*broker};
  sender.publish(sent);
  EXPECT_TRUE(wait_until([&] { return sender.is_done(); }));
  EXPECT_EQ(sender.confirmations(), 150U);
  EXPECT_TRUE(wait_until([&] { return stock.different() == 100 && kitchen.different() == 50; }));
  for (const auto& [envelope, settle] : kitchen.all()) {
    const auto was = std::ranges::find(sent, envelope.id, &Envelope::id);
    ASSERT_NE(was, sent.end());
    EXPECT_EQ(envelope.order_id, was->order_id);
    EXPECT_EQ(envelope.passage(), was->passage());
    EXPECT_EQ(envelope.traceparent, was->traceparent);
    EXPECT_EQ(envelope.payload, was->payload);
  }
}

// They share a mailbox: what was told to the order first is heard first.
TYPED_TEST(BrokerTest, WhatIsForAnOrderAndItsSagaArrivesAsItWasSent) {
  const auto broker = this->kind_->open();
  std::mutex mutex;
  std::vector<ServiceName> heard;
  const auto hear = [&](const Envelope& envelope, const Broker::Settle& settle) {
    const std::scoped_lock lock{mutex};
    heard.push_back(envelope.to);
    settle(Disposition::ack);
  };
  const auto of_orders = broker->subscribe(ServiceName::orders, hear);
  const auto of_sagas = broker->subscribe(ServiceName::coordinator, hear);
  broker->consume(ServiceName::coordinator, only);
  broker->consume(ServiceName::orders, only);
  std::vector<Envelope> sent;
  std::vector<ServiceName> told;
  for (std::int64_t n = 1; n <= 50; ++n) {
    for (const auto to : {ServiceName::orders, ServiceName::coordinator}) {
      sent.push_back(this->envelope(n, 0, to));
      told.push_back(to);
    }
  }
  Sender sender{*broker};
  sender.publish(sent);
  EXPECT_TRUE(wait_until([&] {
    const std::scoped_lock lock{mutex};
    return heard.size() >= sent.size();
  }));
  const std::scoped_lock lock{mutex};
  EXPECT_EQ(heard, told);
}

TYPED_TEST(BrokerTest, NothingArrivesBeforeItIsConsumed) {
  const auto broker = this->kind_->open();
  Arrivals arrivals;
  const auto subscription = broker->subscribe(ServiceName::stock, arrivals.receiver());
  Sender sender{*broker};
  sender.publish(this->envelopes(10));
  EXPECT_TRUE(wait_until([&] { return sender.is_done(); }));
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(arrivals.count(), 0U);
  broker->consume(ServiceName::stock, only);
  EXPECT_TRUE(wait_until([&] { return arrivals.different() == 10; }));
}

TYPED_TEST(BrokerTest, WhatIsToBeRetriedComesAgainAndStopsNoOther) {
  const auto broker = this->kind_->open();
  Arrivals arrivals{Habit::hold};
  const auto subscription = broker->subscribe(ServiceName::stock, arrivals.receiver());
  broker->consume(ServiceName::stock, only);
  Sender sender{*broker};
  sender.publish({this->envelope(1)});
  ASSERT_TRUE(wait_until([&] { return arrivals.count() == 1; }));
  const auto first = arrivals.all()[0];
  for (std::size_t times = 1; times <= 2; ++times) {
    const auto asked = std::chrono::steady_clock::now();
    arrivals.all().back().settle(Disposition::retry);
    sender.publish({this->envelope(2)});
    ASSERT_TRUE(wait_until([&] { return arrivals.count() == 2 * times + 1; }, 5s));
    EXPECT_GT(std::chrono::steady_clock::now() - asked, 500ms);
    const auto all = arrivals.all();
    all[all.size() - 2].settle(Disposition::ack);  // the other one, which came at once
    EXPECT_EQ(all.back().envelope.id, first.envelope.id);
    EXPECT_EQ(all.back().envelope.payload, first.envelope.payload);
  }
  arrivals.all().back().settle(Disposition::ack);
  std::this_thread::sleep_for(1500ms);
  EXPECT_EQ(arrivals.count(), 5U);
}

TYPED_TEST(BrokerTest, WhatIsUnsettledComesToAnotherWhenTheFirstIsGone) {
  auto first = this->kind_->open();
  Arrivals held{Habit::hold};
  const auto of_first = first->subscribe(ServiceName::stock, held.receiver());
  first->consume(ServiceName::stock, only);
  Sender sender{*first};
  sender.publish(this->envelopes(20));
  ASSERT_TRUE(wait_until([&] { return held.count() == 20 && sender.is_done(); }));
  const auto all = held.all();
  for (std::size_t i = 0; i < 10; ++i) all[i].settle(Disposition::ack);
  all[10].settle(Disposition::retry);
  first.reset();
  all[11].settle(Disposition::ack);    // too late
  all[12].settle(Disposition::retry);  // and this as well

  const auto second = this->kind_->open();
  Arrivals arrivals;
  const auto of_second = second->subscribe(ServiceName::stock, arrivals.receiver());
  second->consume(ServiceName::stock, only);
  EXPECT_TRUE(wait_until([&] {
    return std::ranges::all_of(all.begin() + 10, all.end(), [&](const auto& arrival) {
      return arrivals.has(arrival.envelope.id);
    });
  }));
}

TYPED_TEST(BrokerTest, ConsumingOtherPartitionsMovesThem) {
  const auto first = this->kind_->open(2);
  const auto second = this->kind_->open(2);
  constexpr std::array<std::size_t, 2> both{0, 1};
  constexpr std::array<std::size_t, 1> other{1};
  Arrivals held{Habit::hold};
  Arrivals arrivals;
  const auto of_first = first->subscribe(ServiceName::stock, held.receiver());
  const auto of_second = second->subscribe(ServiceName::stock, arrivals.receiver());
  first->consume(ServiceName::stock, both);
  const auto sent = this->envelopes(20);
  Sender sender{*second};
  sender.publish(sent);
  ASSERT_TRUE(wait_until([&] { return held.different() == 20; }));
  first->consume(ServiceName::stock, only);
  second->consume(ServiceName::stock, other);
  const auto theirs = [&](const std::vector<Envelope>& all) {
    return std::ranges::all_of(all, [&](const Envelope& envelope) {
      return this->partition(envelope, 2) == 0 || arrivals.has(envelope.id);
    });
  };
  EXPECT_TRUE(wait_until([&] { return theirs(sent); }));
  const auto later = this->envelopes(20);
  sender.publish(later);
  EXPECT_TRUE(wait_until([&] { return theirs(later); }));
  for (const auto& [envelope, settle] : arrivals.all()) EXPECT_EQ(this->partition(envelope, 2), 1U);
  held.acknowledge_all();  // some of which are no longer its own
  EXPECT_TRUE(wait_until([&] {
    return std::ranges::all_of(later, [&](const Envelope& envelope) {
      return held.has(envelope.id) || arrivals.has(envelope.id);
    });
  }));
  first->consume(ServiceName::stock, none);
  second->consume(ServiceName::stock, both);
  const auto last = this->envelopes(20);
  sender.publish(last);
  EXPECT_TRUE(wait_until([&] {
    return std::ranges::all_of(last, [&](const Envelope& one) {
      return arrivals.has(one.id) || held.has(one.id);  // it may not have given them up yet
    });
  }));
}

TYPED_TEST(BrokerTest, WhatConcernsAnOrderArrivesInOrderWhereNothingFails) {
  const auto broker = this->kind_->open();
  Arrivals arrivals;
  const auto subscription = broker->subscribe(ServiceName::stock, arrivals.receiver());
  broker->consume(ServiceName::stock, only);
  Sender sender{*broker};
  auto rest = this->envelopes(1000, 10);
  for (std::size_t size = 1; !rest.empty(); size = size * 7 % 31) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(size, rest.size()));
    sender.publish({rest.begin(), rest.begin() + count});
    rest.erase(rest.begin(), rest.begin() + count);
  }
  ASSERT_TRUE(wait_until([&] { return arrivals.count() == 1000; }));
  std::map<Id, std::int64_t> last;
  for (const auto& [envelope, settle] : arrivals.all()) {
    EXPECT_LT(std::exchange(last[envelope.order_id], envelope.number), envelope.number);
  }
}

TYPED_TEST(BrokerTest, TenThousandMessagesAreHandedInABoundedNumberAtATime) {
  const auto broker = this->kind_->open();
  Arrivals arrivals{Habit::hold};
  const auto subscription = broker->subscribe(ServiceName::stock, arrivals.receiver());
  broker->consume(ServiceName::stock, only);
  Sender sender{*broker};
  sender.publish(this->envelopes(10'000));
  EXPECT_TRUE(wait_until([&] {
    if (!sender.is_done()) sender.publish_again();
    std::this_thread::sleep_for(100ms);
    return sender.is_done();
  }));
  EXPECT_TRUE(wait_until([&] { return arrivals.count() >= 1000; }));
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(arrivals.count(), 2500U);
  arrivals.acknowledge_all();
  EXPECT_TRUE(wait_until([&] { return arrivals.different() == 10'000; }));
}

TYPED_TEST(BrokerTest, PayloadsArriveAsTheyAre) {
  const auto broker = this->kind_->open();
  Arrivals arrivals;
  const auto subscription = broker->subscribe(ServiceName::stock, arrivals.receiver());
  broker->consume(ServiceName::stock, only);
  std::vector<std::string> payloads{"null",
                                    R"("\"quoted\" \\ \/ \u0007 \ud83d\ude00 ']},{[")",
                                    "\"żółć 訂單 😀 \u2028\"",
                                    R"({"a":[{"b":[[[[{"c":" "}]]]]}], "d" : 1e30 })",
                                    "\"" + std::string(std::size_t{1024} * 1024, 'x') + "\"",
                                    "\"" + std::string(std::size_t{1024} * 1024, '\'') + "\"",
                                    R"("; DROP TABLE orders; --")"};
  std::vector<Envelope> sent;
  for (const auto& payload : payloads) {
    sent.push_back(this->envelope());
    sent.back().payload.text = payload;
  }
  Sender sender{*broker};
  sender.publish(sent);
  EXPECT_TRUE(wait_until([&] { return sender.is_done(); }));
  ASSERT_TRUE(wait_until([&] { return arrivals.different() == payloads.size(); }));
  std::map<Id, std::string> came;
  for (const auto& [envelope, settle] : arrivals.all()) came[envelope.id] = envelope.payload.text;
  for (const auto& envelope : sent) EXPECT_TRUE(came[envelope.id] == envelope.payload.text);
}

TYPED_TEST(BrokerTest, AServerThatDiesAndComesBackLosesNothing) {
  const auto* const server = this->kind_->server();
  if (server == nullptr || !server->may_stop()) GTEST_SKIP() << "it has no server to stop";
  server->have_alone();
  auto broker = this->kind_->open();
  Arrivals arrivals;
  const auto subscription = broker->subscribe(ServiceName::stock, arrivals.receiver());
  broker->consume(ServiceName::stock, only);
  Sender sender{*broker};
  std::size_t sent = 0;
  const auto publish = [&] {
    sender.publish(this->envelopes(10));
    sent += 10;
    std::this_thread::sleep_for(5ms);
  };
  for (int i = 0; i < 100; ++i) publish();
  ASSERT_TRUE(this->kind_->wait_until_durable());
  for (int i = 0; i < 20; ++i) publish();
  server->kill();
  std::this_thread::sleep_for(500ms);  // until nothing is on its way any more
  const auto confirmed = sender.confirmations();
  for (int i = 0; i < 100; ++i) publish();
  sender.publish_again();
  EXPECT_EQ(sender.confirmations(), confirmed);
  EXPECT_LT(sender.longest, 100ms);
  server->start();
  for (int i = 0; i < 80; ++i) publish();
  EXPECT_TRUE(wait_until([&] {
    if (!sender.is_done()) sender.publish_again();
    std::this_thread::sleep_for(100ms);
    return sender.is_done() && arrivals.different() == sent;
  })) << sender.unconfirmed()
      << " of " << sent << " unconfirmed, " << arrivals.different() << " arrived";
  EXPECT_LT(sender.longest, 100ms);
  this->RecordProperty("repeated", std::to_string(arrivals.count() - sent));
}

TYPED_TEST(BrokerTest, ItEndsInSecondsWhileTheServerIsAway) {
  const auto* const server = this->kind_->server();
  if (server == nullptr || !server->may_stop()) GTEST_SKIP() << "it has no server to stop";
  server->have_alone();
  const auto ends = [&](const std::function<void()>& stop_server) {
    auto broker = this->kind_->open();
    Arrivals held{Habit::hold};
    const auto subscription = broker->subscribe(ServiceName::stock, held.receiver());
    broker->consume(ServiceName::stock, only);
    Sender sender{*broker};
    sender.publish(this->envelopes(10));
    EXPECT_TRUE(wait_until([&] { return held.different() >= 10 && sender.is_done(); }));
    stop_server();
    sender.publish(this->envelopes(10));
    held.acknowledge_all();
    const auto began = std::chrono::steady_clock::now();
    broker.reset();
    const auto took = std::chrono::steady_clock::now() - began;
    std::clog << "It has ended after " << took / 1ms << " ms\n";
    EXPECT_LT(took, 8s);
  };
  ends([&] { server->pause(); });
  server->resume();
  ends([&] { server->kill(); });
  server->start();
}

}  // namespace
}  // namespace oms::testing
