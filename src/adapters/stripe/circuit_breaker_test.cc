#include "adapters/stripe/circuit_breaker.h"

#include <gtest/gtest.h>

namespace oms::stripe {
namespace {

using Change = CircuitBreaker::Change;
using Pass = CircuitBreaker::Pass;
using std::chrono::seconds;

class Breaker : public testing::Test {
 protected:
  void fail(int times, Pass pass = Pass::call) {
    for (int n = 0; n < times; ++n) breaker_.failed(pass, now_);
  }
  Pass pass() { return breaker_.pass(now_); }

  CircuitBreaker breaker_{
      {.failures_max = 3, .first_pause = seconds{2}, .longest_pause = seconds{6}}};
  CircuitBreaker::Steady::time_point now_{seconds{100}};
};

TEST_F(Breaker, LetsAllThroughUntilSoManyHaveFailedInARow) {
  fail(2);
  EXPECT_EQ(pass(), Pass::call);
  EXPECT_EQ(breaker_.succeeded(), Change::none);
  fail(2);
  EXPECT_EQ(pass(), Pass::call) << "the success between them counts";
  EXPECT_EQ(breaker_.failed(Pass::call, now_), Change::opened);
  EXPECT_EQ(pass(), Pass::refused);
}

TEST_F(Breaker, LetsOneTryAfterAPauseAndClosesWhereItSucceeds) {
  fail(3);
  now_ += seconds{1};
  EXPECT_EQ(pass(), Pass::refused);
  now_ += seconds{1};
  EXPECT_EQ(pass(), Pass::trial);
  EXPECT_EQ(pass(), Pass::refused) << "one at a time";
  EXPECT_EQ(breaker_.succeeded(), Change::closed);
  EXPECT_EQ(pass(), Pass::call);
  EXPECT_EQ(pass(), Pass::call);
}

TEST_F(Breaker, WaitsTwiceAsLongAfterEachTryUpToABound) {
  fail(3);
  for (const auto pause : {2, 4, 6, 6}) {
    now_ += seconds{pause} - std::chrono::milliseconds{1};
    EXPECT_EQ(pass(), Pass::refused) << pause;
    now_ += std::chrono::milliseconds{1};
    EXPECT_EQ(pass(), Pass::trial) << pause;
    EXPECT_EQ(breaker_.failed(Pass::trial, now_), Change::none) << "it is told once";
  }
}

TEST_F(Breaker, CallsThatWereUnderWayWhenItOpenedDoNotPutTheTryOff) {
  fail(3);
  now_ += seconds{1};
  fail(5);
  now_ += seconds{1};
  EXPECT_EQ(pass(), Pass::trial);
  fail(5);
  now_ += seconds{60};
  EXPECT_EQ(pass(), Pass::refused) << "the trial is still under way";
}

TEST_F(Breaker, StartsFromTheFirstPauseInTheNextOutage) {
  fail(3);
  now_ += seconds{2};
  EXPECT_EQ(pass(), Pass::trial);
  fail(1, Pass::trial);
  now_ += seconds{4};
  EXPECT_EQ(pass(), Pass::trial);
  EXPECT_EQ(breaker_.succeeded(), Change::closed);
  fail(3);
  now_ += seconds{2};
  EXPECT_EQ(pass(), Pass::trial);
}

}  // namespace
}  // namespace oms::stripe
