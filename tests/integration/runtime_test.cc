#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

TEST_F(RuntimeTest, WhatBecameDueInACommitWithoutAnAnswerIsFound) {
  ASSERT_TRUE(step()) << "nothing is due";
  store_.is_held_back = true;
  say(RestockItem{}, a_);
  ASSERT_TRUE(step());
  store_.commit_but_say(ErrorKind::unavailable);
  ASSERT_TRUE(step());
  EXPECT_EQ(count_of(a_), 1) << "it has happened";
  store_.is_held_back = false;
  clock_.advance(Duration{5'000});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(step());
  EXPECT_EQ(count_of(a_), 2) << "and is woken when it is due";
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
  EXPECT_EQ(runtime_.counters().wake_ups, 2U) << "no wake-up without effect comes all the time";
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
