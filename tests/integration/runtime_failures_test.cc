// A rule that fails, and bodies that share an idempotency key within one batch.
#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;

TEST_F(RuntimeTest, ATimerWhoseRuleFailsIsOneDeadLetterAndEndsOnceTheRuleIsFixed) {
  say(RestockItem{}, a_);
  ASSERT_TRUE(step());
  tally_.fails_when_woken = true;
  for (int minute = 0; minute < 5; ++minute) {
    clock_.advance(std::chrono::minutes{2});
    ASSERT_TRUE(step());
  }
  EXPECT_EQ(letters(), 1U);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_EQ(count_of(b_), 1) << "the others go on";
  EXPECT_EQ(count_of(a_), 1);
  tally_.fails_when_woken = false;
  clock_.advance(std::chrono::minutes{2});
  ASSERT_TRUE(step());
  EXPECT_EQ(count_of(a_), 2);
}

TEST_F(RuntimeTest, TwoBodiesUnderOneKeyInOneBatchBecomeOneOfThem) {
  const auto once = [](const char* body) {
    return Once{.key = ShortText{"key"}, .fingerprint = body};
  };
  say(ReleaseStock{}, a_, runtime::Lane::normal, once("one"));
  say(ReleaseStock{}, b_, runtime::Lane::normal, once("other"));
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("1", "refused"));
  EXPECT_EQ(count_of(b_), 0);
}

TEST_F(RuntimeTest, ARefusedBodyLeavesItsKeyToOthersOfTheSameBatch) {
  const auto once = [](const char* body) {
    return Once{.key = ShortText{"key"}, .fingerprint = body};
  };
  say(SetItem{.product_id = "unknown"}, a_, runtime::Lane::normal, once("one"));
  say(ReleaseStock{}, b_, runtime::Lane::normal, once("other"));
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("refused", "1"));
}

}  // namespace
}  // namespace oms::testing
