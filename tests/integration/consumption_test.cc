// Which partitions of the broker each process consumes, of those that share a store.
#include <set>

#include "runtime/replicas.h"
#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Notes what it is asked to bring.
class PartitionedBroker final : public Broker {
 public:
  std::size_t partitions() const override { return 4; }
  void publish(std::vector<Envelope>, OnConfirmed) override {}
  Subscription subscribe(ServiceName, Receive) override { return {}; }
  void consume(ServiceName, std::span<const std::size_t> wanted) override {
    consumed = {wanted.begin(), wanted.end()};
    ++calls;
  }
  std::vector<std::size_t> consumed;
  int calls = 0;
};

// The same rules, and one process that does all their work.
class UndividedService final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::kitchen; }
  bool is_undivided() const override { return true; }
  std::vector<const RecordType*> owns() const override { return {}; }
  void needs(const Message&, const Records&, Keys&) const override {}
  Decision decide(const Message&, const Records&, Now) const override { return {}; }
};

class ConsumptionTest : public ::testing::Test {
 protected:
  // A process with a broker of its own to look at, so that the test sees who consumes what.
  struct Replica {
    Replica(ConsumptionTest& test, const Service& service, const std::optional<Id>& name)
        : services{{&service, &test.seats_}, true},
          runtime{{.services = services,
                   .store = test.store_,
                   .clock = test.clock_,
                   .ids = test.ids_,
                   .start_effects = {},
                   .observe = {},
                   .broker = &broker,
                   .replica = name},
                  {}} {}
    PartitionedBroker broker;
    runtime::Services services;
    runtime::Runtime runtime;
  };

  // Both renew their seats, and see each other's at the second time.
  void renew(Replica& a, Replica& b) {
    for (int n = 0; n < 2; ++n) {
      for (auto* replica : {&a, &b}) {
        ASSERT_TRUE(replica->runtime.step(Duration{0}));
        ASSERT_TRUE(replica->runtime.step(Duration{0}));
      }
      clock_.advance(std::chrono::seconds{3});
    }
  }

  ManualClock clock_;
  MemoryStore store_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  runtime::ReplicaDesk seats_;
  TallyService divided_;
  UndividedService undivided_;
};

TEST_F(ConsumptionTest, AProcessWithAStoreOfItsOwnConsumesAll) {
  Replica alone{*this, divided_, std::nullopt};
  ASSERT_TRUE(alone.runtime.step(Duration{0}));
  EXPECT_THAT(alone.broker.consumed, ElementsAre(0, 1, 2, 3));
  clock_.advance(std::chrono::minutes{1});
  ASSERT_TRUE(alone.runtime.step(Duration{0}));
  EXPECT_EQ(alone.broker.calls, 1) << "nothing has changed";
}

TEST_F(ConsumptionTest, ReplicasShareThePartitions) {
  Replica a{*this, divided_, Id{{1}}};
  Replica b{*this, divided_, Id{{2}}};
  renew(a, b);
  EXPECT_THAT(a.broker.consumed, SizeIs(2));
  EXPECT_THAT(b.broker.consumed, SizeIs(2));
  std::set<std::size_t> both{a.broker.consumed.begin(), a.broker.consumed.end()};
  both.insert(b.broker.consumed.begin(), b.broker.consumed.end());
  EXPECT_THAT(both, ElementsAre(0, 1, 2, 3));
}

TEST_F(ConsumptionTest, OneReplicaOfAnUndividedServiceConsumesAllUntilItIsGone) {
  Replica a{*this, undivided_, Id{{1}}};
  Replica b{*this, undivided_, Id{{2}}};
  renew(a, b);
  EXPECT_THAT(a.broker.consumed, SizeIs(4));
  EXPECT_THAT(b.broker.consumed, IsEmpty());
  for (int n = 0; n < 5; ++n) {
    ASSERT_TRUE(b.runtime.step(Duration{0}));
    ASSERT_TRUE(b.runtime.step(Duration{0}));
    clock_.advance(std::chrono::seconds{3});
  }
  EXPECT_THAT(b.broker.consumed, SizeIs(4));
}

}  // namespace
}  // namespace oms::testing
