// The runtime by itself, with one small service and a store whose disk the test holds back.
#include "runtime/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "messages/define_record.h"
#include "runtime/dead_letters.h"
#include "tests/support/held_back_store.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// How often something was said about an order.
struct Tally {
  Id id;
  std::int64_t count = 0;
  std::optional<Time> due;
  bool is_deaf = false;     // stays due, whoever wakes it
  bool comes_back = false;  // is due once more, a second after the first time
};
BOOST_DESCRIBE_STRUCT(Tally, (), (id, count, due, is_deaf, comes_back))

const RecordType& record_type(const Tally*) {
  static const RecordType type = define_record<Tally>({.table = "stock_tally"});
  return type;
}

// Counts what is said. A commit is more than it can bear; a return, which it passes to itself,
// never ends; a restock is due in a second, and so are an item, which comes back once more, and a
// reservation, which is deaf.
class TallyService final : public Service {
 public:
  ServiceName name() const override { return ServiceName::stock; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Tally>()}; }
  void needs(const Message& message, const Records&, Keys& keys) const override {
    keys.push_back(key_of<Tally>(message.order_id.text()));
  }
  Decision decide(const Message& message, const Records& records, Time now) const override {
    if (std::holds_alternative<CommitStock>(message.payload)) throw std::runtime_error("too much");
    Decision decision;
    if (std::holds_alternative<ReturnStock>(message.payload)) {
      return std::move(decision.sends(ReturnStock{}));
    }
    const auto* before = records.get<Tally>(message.order_id.text());
    Tally tally = before != nullptr ? *before : Tally{.id = message.order_id};
    if (tally.is_deaf) return std::move(decision.saves(tally));
    ++tally.count;
    if (std::holds_alternative<WakeUp>(message.payload)) {
      const bool comes_back = std::exchange(tally.comes_back, false);
      tally.due = comes_back ? std::optional{*tally.due + Duration{1000}} : std::nullopt;
    } else {
      tally.is_deaf = std::holds_alternative<ReserveStock>(message.payload);
      tally.comes_back = std::holds_alternative<SetItem>(message.payload);
      const bool is_due =
          tally.is_deaf || tally.comes_back || std::holds_alternative<RestockItem>(message.payload);
      tally.due = is_due ? std::optional{now + Duration{1000}} : std::nullopt;
    }
    decision.saves(tally).shows(key_of<Tally>(message.order_id.text()));
    return decision;
  }
};

class RuntimeTest : public ::testing::Test {
 protected:
  // What the caller of each message has been told, in order.
  void say(Payload payload, const Id& about, runtime::Lane lane = runtime::Lane::normal) {
    runtime_.offer({.id = {}, .order_id = about, .payload = std::move(payload)}, lane,
                   [this](const Result<Record>& answer) { told_.push_back(text_of(answer)); });
  }
  static std::string text_of(const Result<Record>& answer) {
    if (!answer) return answer.error().kind == ErrorKind::unavailable ? "unavailable" : "refused";
    const auto* tally = *answer ? answer->as<Tally>() : nullptr;
    return tally != nullptr ? std::to_string(tally->count) : "nothing";
  }
  Result<void> step() { return runtime_.step(Duration{0}); }
  std::int64_t count_of(const Id& id) {
    const auto found = store_.inner.get(key_of<Tally>(id.text()));
    return found->record ? found->record.as<Tally>()->count : 0;
  }

  runtime::Runtime::Parts parts() {
    return {.services = services_,
            .store = store_,
            .clock = clock_,
            .ids = ids_,
            .start_effects = {},
            .observe = {}};
  }

  ManualClock clock_;
  HeldBackStore store_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  TallyService tally_;
  runtime::DeadLetterDesk desk_;
  runtime::Services services_{{&tally_, &desk_}};
  std::vector<std::string> told_;
  runtime::Runtime runtime_{parts(), {.batch_max = 4, .lane_max = 6}};
  const Id a_ = ids_.make(clock_.now());
  const Id b_ = ids_.make(clock_.now());
};

TEST_F(RuntimeTest, WhatWaitsIsOneCommit) {
  say(ReleaseStock{}, a_);
  say(ReleaseStock{}, a_);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("2", "2", "1")) << "a record is shown as it was committed";
  EXPECT_EQ(store_.begun, 1);
}

TEST_F(RuntimeTest, NobodyIsAnsweredBeforeTheCommit) {
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, IsEmpty());
  store_.confirm();
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1"));
}

TEST_F(RuntimeTest, TheNextBatchIsDecidedOnTopOfTheOneInFlight) {
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  say(ReleaseStock{}, a_);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_EQ(store_.begun, 1) << "the disk is busy";
  store_.confirm();
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1"));
  EXPECT_EQ(store_.begun, 2);
  store_.confirm();
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1", "2", "1"));
  EXPECT_EQ(count_of(a_), 2);
}

TEST_F(RuntimeTest, AfterAConflictBothAreDecidedAgain) {
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  store_.refuse(ErrorKind::conflict);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, IsEmpty());
  store_.confirm();
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("2", "2"));
  EXPECT_EQ(count_of(a_), 2);
}

TEST_F(RuntimeTest, AConflictWithoutEndIsToldToTheCaller) {
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(told_, IsEmpty());
    store_.refuse(ErrorKind::conflict);
    ASSERT_TRUE(step());
  }
  EXPECT_THAT(told_, ElementsAre("unavailable"));
  EXPECT_EQ(store_.begun, 5);
}

TEST_F(RuntimeTest, AFullDiskRefusesItsBatchAndTheNextDoesNotBuildOnIt) {
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  store_.refuse(ErrorKind::unavailable);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("unavailable"));
  store_.confirm();
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("unavailable", "1"));
}

TEST_F(RuntimeTest, AfterAFailedDiskItEnds) {
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  store_.refuse(ErrorKind::internal);
  EXPECT_EQ(step().error().kind, ErrorKind::internal);
  EXPECT_THAT(told_, ElementsAre("unavailable", "unavailable"));
}

TEST_F(RuntimeTest, TroubleThatMayPassIsWaitedOut) {
  int tries = 0;
  runtime_.set_upkeep({.is_due = [](Time) { return true; },
                       .run = [&](Time) -> Result<void> {
                         if (++tries == 1) return fail(ErrorKind::unavailable, "the disk is full");
                         return {};
                       }});
  ASSERT_TRUE(step());
  ASSERT_TRUE(step());
  EXPECT_EQ(tries, 1) << "not at once";
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1")) << "who waits is not kept waiting";
  clock_.advance(std::chrono::seconds{2});
  ASSERT_TRUE(step());
  ASSERT_TRUE(step());
  EXPECT_GE(tries, 2);
}

TEST_F(RuntimeTest, UpkeepThatIsNotDoneIsNotKeptWaiting) {
  int left = 100;
  runtime_.set_upkeep({.is_due = [&](Time) { return left > 0; },
                       .run = [&](Time) -> Result<void> {
                         --left;
                         return {};
                       }});
  const auto start = std::chrono::steady_clock::now();
  while (left > 0) ASSERT_TRUE(runtime_.step(Duration{100}));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
}

TEST_F(RuntimeTest, AFullLaneRefusesAndTheUrgentGoAhead) {
  for (int i = 0; i < 7; ++i) say(ReleaseStock{}, a_);
  EXPECT_THAT(told_, ElementsAre("unavailable"));
  told_.clear();
  say(ReleaseStock{}, b_, runtime::Lane::urgent);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1", "3", "3", "3")) << "a batch of four, the urgent one first";
}

TEST_F(RuntimeTest, ARuleThatThrowsSpoilsNothingElse) {
  say(CommitStock{}, a_);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("refused", "1"));
  EXPECT_EQ(runtime_.counters().dead_letters, 1U);
}

TEST_F(RuntimeTest, ACascadeWithoutEndIsSetAside) {
  say(ReturnStock{}, a_);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_EQ(count_of(b_), 1);
  EXPECT_EQ(runtime_.counters().dead_letters, 1U);
}

TEST_F(RuntimeTest, WakesWhatIsDueWhileTheDiskIsNeverIdle) {
  say(RestockItem{}, a_);
  ASSERT_TRUE(step());
  store_.is_held_back = true;
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  clock_.advance(Duration{1000});
  for (int i = 0; i < 3; ++i) {
    say(ReleaseStock{}, b_);
    ASSERT_TRUE(step());
    store_.confirm();
    ASSERT_TRUE(step());
  }
  EXPECT_EQ(count_of(a_), 2) << "it was woken once";
  EXPECT_EQ(runtime_.counters().wake_ups, 1U);
}

TEST_F(RuntimeTest, WakesWhatIsDueThoughEveryBatchIsFull) {
  say(RestockItem{}, a_);
  ASSERT_TRUE(step());
  store_.is_held_back = true;
  const auto fill_up = [&] {
    while (runtime_.queue_size() < 6) say(ReleaseStock{}, b_);
  };
  fill_up();
  ASSERT_TRUE(step());
  clock_.advance(Duration{1000});
  for (int i = 0; i < 4; ++i) {
    fill_up();
    ASSERT_TRUE(step());
    store_.confirm();
    ASSERT_TRUE(step());
  }
  EXPECT_EQ(count_of(a_), 2);
}

TEST_F(RuntimeTest, ABatchOfOneHasRoomForAWakeUp) {
  runtime::Runtime narrow{parts(), {.batch_max = 1}};
  narrow.offer({.id = {}, .order_id = a_, .payload = RestockItem{}}, runtime::Lane::normal);
  ASSERT_TRUE(narrow.step(Duration{0}));
  clock_.advance(Duration{1000});
  ASSERT_TRUE(narrow.step(Duration{0}));
  EXPECT_EQ(count_of(a_), 2);
}

TEST_F(RuntimeTest, WhatMovesOnIsWokenAgainThoughItIsLate) {
  say(SetItem{}, a_);
  ASSERT_TRUE(step());
  clock_.advance(std::chrono::minutes{1});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(step());
  EXPECT_EQ(count_of(a_), 3) << "due twice, one second apart, and long ago";
}

TEST_F(RuntimeTest, WhatIsNotHeededDoesNotHoldBackWhatIsDueLater) {
  say(ReserveStock{}, a_);
  ASSERT_TRUE(step());
  clock_.advance(Duration{500});
  say(RestockItem{}, b_);
  ASSERT_TRUE(step());
  for (int i = 0; i < 5; ++i) {
    clock_.advance(Duration{600});
    ASSERT_TRUE(step());
    ASSERT_TRUE(step());
  }
  EXPECT_EQ(count_of(b_), 2);
  EXPECT_EQ(runtime_.counters().wake_ups, 2U) << "what is not heeded is not woken all the time";
}

TEST_F(RuntimeTest, MakesRoomForTheUpkeepUnderLoad) {
  bool is_due = false;
  int kept_up = 0;
  runtime_.set_upkeep({.is_due = [&](Time) { return is_due; },
                       .run = [&](Time) -> Result<void> {
                         is_due = false;
                         ++kept_up;
                         return {};
                       }});
  store_.is_held_back = true;
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  is_due = true;
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_EQ(kept_up, 0) << "a batch is in flight";
  store_.confirm();
  ASSERT_TRUE(step());
  ASSERT_TRUE(step());
  EXPECT_EQ(kept_up, 1);
  store_.confirm();
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1", "1"));
}

TEST_F(RuntimeTest, ClosingLeavesWhatIsDueToTheNextStart) {
  say(RestockItem{}, a_);
  ASSERT_TRUE(step());
  clock_.advance(Duration{1000});
  say(ReleaseStock{}, b_);
  runtime_.close();
  ASSERT_TRUE(runtime_.run());
  EXPECT_EQ(count_of(a_), 1);
  EXPECT_EQ(count_of(b_), 1);
}

TEST_F(RuntimeTest, ClosingFinishesWhatWaits) {
  say(ReleaseStock{}, a_);
  runtime_.close();
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(runtime_.run());
  EXPECT_THAT(told_, ElementsAre("unavailable", "1"));
}

}  // namespace
}  // namespace oms::testing
