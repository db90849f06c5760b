// Processes that share a store: what each of them does of the work that lies there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "adapters/memory/memory_store.h"
#include "base/partition.h"
#include "messages/define_record.h"
#include "runtime/replicas.h"
#include "runtime/wake_ups.h"

namespace oms::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// What is due, and to be woken by whom.
struct Alarm {
  std::string id;
  std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(Alarm, (), (id, due))

const RecordType& record_type(const Alarm*) {
  static const RecordType type = define_record<Alarm>({.table = "stock_alarm"});
  return type;
}

class Alarms final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::stock; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Alarm>()}; }
  void needs(const Message&, const Records&, Keys&) const override {}
  Decision decide(const Message&, const Records&, Now) const override { return {}; }
};

class ShareTest : public ::testing::Test {
 protected:
  // What the desk decides when this process asks for its seat.
  void ask(runtime::Share& share, Time now) {
    std::vector<runtime::Inbound> batch;
    share.collect(now, ids_, batch);
    if (batch.empty()) return;
    class Known final : public Records {
     public:
      const Record* find(const Key&) const override { return seating ? &seating : nullptr; }
      bool knows(const Key&) const override { return true; }
      const std::vector<Answer>& answers() const override { return none; }
      Record seating;
      std::vector<Answer> none;
    } known;
    known.seating = seating_;
    const auto decision = desk_.decide(batch[0].message, known, now);
    seating_ = decision.save.at(0);
  }
  void tell(runtime::Share& share) {
    const Change change{.key = seating_.key(), .record = seating_};
    share.note({&change, 1});
  }
  static int held_by(const runtime::Share& share, Time now) {
    int held = 0;
    for (int n = 0; n < partition_count; ++n) held += share.has(n, now) ? 1 : 0;
    return held;
  }

  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  runtime::ReplicaDesk desk_;
  Record seating_;
  const Time start_{1'767'225'600'000};
};

TEST_F(ShareTest, WhoeverHasItsStoreToItselfHasAll) {
  EXPECT_EQ(held_by(runtime::Share{}, start_), partition_count);
}

TEST_F(ShareTest, ReplicasDealThePartitionsOut) {
  runtime::Share a{Id{{1}}};
  runtime::Share b{Id{{2}}};
  EXPECT_EQ(held_by(a, start_), 0) << "no seat yet";
  ask(a, start_);
  ask(b, start_);
  tell(a);
  tell(b);
  EXPECT_EQ(held_by(a, start_), 32);
  for (int n = 0; n < partition_count; ++n) {
    EXPECT_NE(a.has(n, start_), b.has(n, start_)) << n;
  }
}

TEST_F(ShareTest, WhoeverIsNotHeardOfLosesItsSeat) {
  runtime::Share a{Id{{1}}};
  runtime::Share b{Id{{2}}};
  ask(a, start_);
  ask(b, start_);
  const auto later = start_ + std::chrono::seconds{10};
  ask(a, later);
  tell(a);
  tell(b);
  EXPECT_EQ(held_by(a, later), partition_count);
  EXPECT_EQ(held_by(b, later), 0) << "it does not think that it still has one";
}

TEST_F(ShareTest, WhatAnotherHasCommittedIsWokenByWhoseShareItIs) {
  runtime::Share share{Id{{1}}};
  ask(share, start_);
  tell(share);
  MemoryStore store;
  const Alarms alarms;
  const runtime::Services services{{&alarms}};
  runtime::WakeUps wake_ups{services, store};
  std::vector<runtime::Inbound> batch;
  ASSERT_TRUE(wake_ups.collect(start_, 10, share, ids_, batch));
  EXPECT_THAT(batch, IsEmpty());
  const auto alarm = make_record(Alarm{.id = "a", .due = start_ + std::chrono::seconds{1}});
  const Change change{.key = alarm.key(), .record = alarm};
  ASSERT_TRUE(store.commit({&change, 1}));
  ASSERT_TRUE(wake_ups.collect(start_ + std::chrono::seconds{3}, 10, share, ids_, batch));
  EXPECT_THAT(batch, SizeIs(1));
}

TEST_F(ShareTest, WhatIsUndividedIsWhoseWhoHasBeenThereForTheLongest) {
  runtime::Share first{Id{{2}}};
  runtime::Share second{Id{{1}}};
  const auto all = [&](const runtime::Share& share, Time now) {
    return share.has(key_of<Alarm>("a"), true, now) && share.has(key_of<Alarm>("b"), true, now);
  };
  ask(first, start_);
  ask(second, start_ + std::chrono::seconds{1});
  tell(first);
  tell(second);
  EXPECT_TRUE(all(first, start_ + std::chrono::seconds{1}));
  EXPECT_FALSE(all(second, start_ + std::chrono::seconds{1}));
  ask(second, start_ + std::chrono::seconds{10});
  tell(second);
  EXPECT_TRUE(all(second, start_ + std::chrono::seconds{10})) << "the first is not heard of";
}

TEST_F(ShareTest, IdsOfOneSecondAreSpreadOverThePartitions) {
  std::set<std::int64_t> partitions;
  for (int i = 0; i < 1000; ++i) {
    partitions.insert(partition_of(ids_.make(start_).text()));
  }
  EXPECT_EQ(partitions.size(), 64U);
}

}  // namespace
}  // namespace oms::testing
