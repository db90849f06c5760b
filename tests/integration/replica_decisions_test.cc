// Replicas that share a store do not get in each other's way, and what comes from elsewhere is
// decided once and in order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/define_record.h"
#include "runtime/correspondence.h"
#include "runtime/dead_letters.h"
#include "runtime/replicas.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One service in a runtime of its own, spoken to by hand.
struct Tally {
  std::string id;
  std::vector<std::int64_t> heard;
};
BOOST_DESCRIBE_STRUCT(Tally, (), (id, heard))

const RecordType& record_type(const Tally*) {
  static const RecordType type = define_record<Tally>({.table = "stock_tally"});
  return type;
}

// Notes in which order restocks come, as long as there is room for three; a return is passed on.
class TallyService final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::stock; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Tally>()}; }
  void needs(const Message&, const Records&, Keys& keys) const override {
    keys.push_back(key_of<Tally>("all"));
  }
  Decision decide(const Message& message, const Records& records, Now) const override {
    Decision decision;
    if (std::holds_alternative<ReturnStock>(message.payload)) {
      return std::move(decision.sends(PrepareOrder{}));
    }
    const auto* before = records.get<Tally>("all");
    auto tally = before != nullptr ? *before : Tally{.id = "all"};
    if (tally.heard.size() == 3) {
      return std::move(decision.refuses(ErrorKind::conflict, "there is no room"));
    }
    tally.heard.push_back(std::get<RestockItem>(message.payload).quantity);
    return std::move(decision.saves(tally));
  }
};

// A replica's view of the shared store: the test may hold its commits back.
class OwnView final : public Store {
 public:
  explicit OwnView(MemoryStore& shared) : shared_(shared) {}
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override {
    return shared_.load(keys, hold);
  }
  Result<void> commit(std::span<const Change> changes) override { return shared_.commit(changes); }
  void begin_commit(std::span<const Change> changes, std::function<void()> done) override {
    if (!is_held_back) return Store::begin_commit(changes, std::move(done));
    held_ = [this, changes, done = std::move(done)] { Store::begin_commit(changes, done); };
  }
  void let_go() { std::exchange(held_, nullptr)(); }
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t max) override {
    return shared_.due(type, now, max);
  }
  Result<std::optional<Time>> next_due(const RecordType& type) override {
    return shared_.next_due(type);
  }
  Result<Page> find(const Query& query) override { return shared_.find(query); }

  bool is_held_back = false;

 private:
  MemoryStore& shared_;
  std::function<void()> held_;
};

class ReplicaTest : public ::testing::Test {
 protected:
  struct Replica {
    explicit Replica(ReplicaTest& test, std::uint8_t number)
        : name{{number}},
          view{test.store_},
          runtime{{.services = test.services_,
                   .store = view,
                   .clock = test.clock_,
                   .ids = test.ids_,
                   .start_effects = {},
                   .observe = {},
                   .broker = &test.broker_,
                   .replica = name},
                  {.unconfirmed_max = 2}} {}
    Id name;
    OwnView view;
    runtime::Runtime runtime;
  };

  void receive(Replica& replica, std::int64_t number, Payload payload) {
    // The same number is the same message, however often it comes.
    receive(replica, to_envelope({.id = Id::child_of(order_, static_cast<std::uint32_t>(number)),
                                  .order_id = order_,
                                  .payload = std::move(payload)},
                                 {ServiceName::coordinator, ServiceName::stock, number}));
  }
  void receive(Replica& replica, const Envelope& envelope) {
    replica.runtime.receive(
        envelope, [this](Disposition disposition) { dispositions_.push_back(disposition); });
  }
  void receive(Replica& replica, std::int64_t number) {
    receive(replica, number, RestockItem{.product_id = "1", .quantity = number});
  }
  void step(Replica& replica) { ASSERT_TRUE(replica.runtime.step(Duration{0})); }
  void pass(Duration span) {
    for (; span > Duration{0}; span -= std::chrono::seconds{1}) {
      clock_.advance(std::chrono::seconds{1});
      step(a_);
    }
  }
  std::vector<std::int64_t> heard() {
    const auto found = store_.get(key_of<Tally>("all"));
    return found->record ? found->record.as<Tally>()->heard : std::vector<std::int64_t>{};
  }
  template <class T>
  std::size_t count() {
    return store_.find({.type = &type_of<T>()})->records.size();
  }
  runtime::Correspondence correspondence() {
    const auto found = store_.get(key_of<runtime::Correspondence>(order_));
    return found->record ? *found->record.as<runtime::Correspondence>() : runtime::Correspondence{};
  }
  std::size_t early() {
    std::size_t sum = 0;
    for (const auto& with : correspondence().channels) sum += with.early.size();
    return sum;
  }
  std::size_t unsent() { return correspondence().unsent().size(); }

  ManualClock clock_;
  MemoryStore store_;
  ScramblingBroker broker_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  TallyService tally_;
  runtime::DeadLetterDesk desk_;
  runtime::ReplicaDesk seats_;
  runtime::Services services_{{&tally_, &desk_, &seats_}, true};
  std::vector<Disposition> dispositions_;
  Replica a_{*this, 1};
  Replica b_{*this, 2};
  const Id order_ = ids_.make(clock_.now());
};

TEST_F(ReplicaTest, WhatComesTwiceIsDecidedOnce) {
  receive(a_, 1);
  step(a_);
  receive(b_, 1);
  receive(a_, 1);
  step(a_);
  step(b_);
  EXPECT_THAT(heard(), ElementsAre(1));
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::ack, Disposition::ack, Disposition::ack));
}

TEST_F(ReplicaTest, WhatComesEarlyWaitsForWhatWasSentBeforeIt) {
  receive(a_, 3);
  step(a_);
  receive(b_, 2);
  step(b_);
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(early(), 2);
  receive(a_, 1);
  step(a_);
  EXPECT_THAT(heard(), ElementsAre(1, 2, 3));
  EXPECT_EQ(early(), 0);
}

TEST_F(ReplicaTest, AsManyAsMayWaitAreDecidedWhenTheirTurnComes) {
  for (auto number = runtime::early_max + 1; number >= 1; --number) {
    receive(a_, number);
    step(a_);
  }
  EXPECT_THAT(heard(), ElementsAre(1, 2, 3)) << "for the others there is no room";
  EXPECT_EQ(early(), 0);
  EXPECT_EQ(count<runtime::DeadLetter>(), 0);
}

TEST_F(ReplicaTest, ANumberThatWasAnotherMessagesIsSetAsideAndNotSwallowed) {
  receive(a_, 1);
  step(a_);
  receive(b_, to_envelope({.id = ids_.make(clock_.now()),
                           .order_id = order_,
                           .payload = RestockItem{.product_id = "1", .quantity = 7}},
                          {ServiceName::coordinator, ServiceName::stock, 1}));
  step(b_);
  EXPECT_THAT(heard(), ElementsAre(1));
  EXPECT_EQ(count<runtime::DeadLetter>(), 1);
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::ack, Disposition::ack));
}

TEST_F(ReplicaTest, WhatThisVersionCannotReadWaitsForOneThatCanAndHoldsUpNobodyElse) {
  auto unknown = to_envelope({.id = Id::child_of(order_, 1),
                              .order_id = order_,
                              .payload = RestockItem{.product_id = "1", .quantity = 1}},
                             {ServiceName::coordinator, ServiceName::stock, 1});
  const auto readable = std::exchange(unknown.payload.text, R"({"FoldNapkins":{}})");
  receive(a_, unknown);
  receive(a_, 2);
  step(a_);
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(early(), 2);
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::ack, Disposition::ack)) << "it is kept here";
  // The version that knows it: what it reads stands for what this one does not.
  auto found = *store_.get(key_of<runtime::Correspondence>(order_));
  auto about = *found.record.as<runtime::Correspondence>();
  about.channels.at(0).early.at(0).payload.text = readable;
  auto record = make_record(about);
  const Change change{.key = record.key(), .record = record, .expected = found.version};
  ASSERT_TRUE(store_.commit({&change, 1}));
  pass(std::chrono::seconds{25});
  EXPECT_THAT(heard(), ElementsAre(1, 2));
  EXPECT_EQ(early(), 0);
}

TEST_F(ReplicaTest, WhatIsFarTooEarlyGoesBackToTheBroker) {
  receive(a_, runtime::early_max + 1);
  step(a_);
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::retry));
  EXPECT_EQ(early(), 0);
}

TEST_F(ReplicaTest, AMessageThatARuleCannotDecideDoesNotHoldUpTheNext) {
  receive(a_, 1, CommitStock{});
  receive(a_, 2, PlaceOrder{});
  receive(a_, 3);
  step(a_);
  EXPECT_THAT(heard(), ElementsAre(3));
  EXPECT_EQ(count<runtime::DeadLetter>(), 2);
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::ack, Disposition::ack, Disposition::ack));
}

// Commutative or not: the later of two commits has read what is no longer so, and decides again.
TEST_F(ReplicaTest, OfTwoThatDecideOnTheSameRecordTheSecondDecidesAgain) {
  for (std::int64_t number = 1; number <= 2; ++number) receive(a_, number);
  step(a_);
  a_.view.is_held_back = true;
  receive(a_, 3);
  step(a_);
  receive(b_, 3);
  step(b_);
  EXPECT_THAT(heard(), ElementsAre(1, 2, 3));
  a_.view.is_held_back = false;
  a_.view.let_go();
  step(a_);
  EXPECT_THAT(heard(), ElementsAre(1, 2, 3)) << "it came to both, and was decided by one";
  EXPECT_EQ(a_.runtime.counters().failed_commits.load(), 1);
}

TEST_F(ReplicaTest, PastTheBoundOfWhatIsUnconfirmedNoNewOrdersAreTaken) {
  broker_.is_down = true;
  std::vector<bool> taken;
  for (int i = 0; i < 3; ++i) {
    taken.push_back(a_.runtime.offer({.id = {}, .order_id = order_, .payload = ReturnStock{}},
                                     runtime::Lane::normal));
    step(a_);
  }
  EXPECT_THAT(taken, ElementsAre(true, true, false));
  broker_.is_down = false;
  for (int i = 0; i < 4; ++i) {
    clock_.advance(std::chrono::seconds{6});
    step(a_);
  }
  EXPECT_EQ(unsent(), 0);
  EXPECT_TRUE(a_.runtime.offer({.id = {}, .order_id = order_, .payload = ReturnStock{}},
                               runtime::Lane::normal));
}

TEST_F(ReplicaTest, ABrokerThatWasGoneForLongHasEverythingSecondsAfterItIsBack) {
  broker_.is_down = true;
  for (int i = 0; i < 2; ++i) {
    a_.runtime.offer({.id = {}, .order_id = order_, .payload = ReturnStock{}},
                     runtime::Lane::normal);
    step(a_);
  }
  for (int i = 0; i < 120; ++i) {
    clock_.advance(std::chrono::seconds{6});
    step(a_);
  }
  EXPECT_LE(broker_.refused, 140) << "unconfirmed messages are published at growing intervals";
  broker_.is_down = false;
  clock_.advance(std::chrono::seconds{6});
  for (int i = 0; i < 6; ++i) step(a_);
  EXPECT_EQ(a_.runtime.unconfirmed(), 0U);
  pass(std::chrono::minutes{2});
  EXPECT_EQ(unsent(), 0);
}

TEST_F(ReplicaTest, WhatAnotherHasBroughtToTheBrokerIsNotSentForEver) {
  broker_.is_down = true;
  a_.runtime.offer({.id = {}, .order_id = order_, .payload = ReturnStock{}}, runtime::Lane::urgent);
  step(a_);
  // The one that has committed it is not heard of; the other takes its place.
  for (int i = 0; i < 4; ++i) {
    clock_.advance(std::chrono::seconds{6});
    step(b_);
  }
  EXPECT_EQ(b_.runtime.unconfirmed(), 1U);
  broker_.is_down = false;
  for (int i = 0; i < 30; ++i) {
    clock_.advance(std::chrono::seconds{6});
    step(a_);
    step(a_);
    step(b_);
  }
  EXPECT_EQ(unsent(), 0);
  EXPECT_EQ(a_.runtime.unconfirmed(), 0U);
  EXPECT_EQ(b_.runtime.unconfirmed(), 0U);
}

TEST_F(ReplicaTest, TheBrokerGetsEachMessageOnceAsLongAsItConfirms) {
  for (int i = 0; i < 5; ++i) {
    a_.runtime.offer({.id = {}, .order_id = order_, .payload = ReturnStock{}},
                     runtime::Lane::urgent);
    step(a_);
    step(b_);
  }
  pass(std::chrono::seconds{25});
  EXPECT_EQ(broker_.published, 5);
  EXPECT_EQ(unsent(), 0);
}

}  // namespace
}  // namespace oms::testing
