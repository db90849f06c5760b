// How many requests a client may send, and what it is told of that.
#include "edge/rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using samples::header;
using std::chrono::seconds;

const Time noon{1'700'000'000'000};

TEST(RateLimiter, AllowsSoManyAtOnceAndThenOneAtATime) {
  RateLimiter limiter{60};
  for (int i = 59; i >= 0; --i) {
    const auto allowance = limiter.take("a", noon);
    EXPECT_TRUE(allowance.is_allowed);
    EXPECT_EQ(allowance.remaining, i);
  }
  EXPECT_FALSE(limiter.take("a", noon).is_allowed);
  EXPECT_TRUE(limiter.take("a", noon + seconds{1}).is_allowed);
  EXPECT_FALSE(limiter.take("a", noon + seconds{1}).is_allowed);
}

TEST(RateLimiter, CountsEachClientByItself) {
  RateLimiter limiter{1};
  EXPECT_TRUE(limiter.take("a", noon).is_allowed);
  EXPECT_TRUE(limiter.take("b", noon).is_allowed);
  EXPECT_FALSE(limiter.take("a", noon).is_allowed);
}

TEST(RateLimiter, ARefusalCostsNothing) {
  RateLimiter limiter{1};
  limiter.take("a", noon);
  for (int i = 0; i < 100; ++i) limiter.take("a", noon + seconds{30});
  EXPECT_EQ(limiter.take("a", noon + seconds{30}).reset, seconds{30});
  EXPECT_TRUE(limiter.take("a", noon + seconds{60}).is_allowed);
}

TEST(RateLimiter, AClockThatIsSetBackMakesNobodyWaitLongerThanAMinute) {
  RateLimiter limiter{1};
  limiter.take("a", noon + std::chrono::hours{5});
  EXPECT_TRUE(limiter.take("a", noon + seconds{61}).is_allowed ||
              limiter.take("a", noon + seconds{121}).is_allowed);
}

TEST(RateLimiter, ManyClientsAreForgottenAndNotKeptForEver) {
  RateLimiter limiter{1};
  for (int i = 0; i < 200'000; ++i) {
    EXPECT_TRUE(limiter.take(std::to_string(i), noon).is_allowed);
  }
}

TEST(RateLimiter, TellsWhatIsLeft) {
  HttpResponse response;
  tell_allowance({.remaining = 7, .reset = seconds{3}}, 10, response);
  EXPECT_EQ(header(response, "RateLimit-Policy"), R"("client";q=10;w=60)");
  EXPECT_EQ(header(response, "RateLimit"), R"("client";r=7;t=3)");
  const auto refusal = too_many_requests({.is_allowed = false, .reset = Duration{2'100}}, 10);
  EXPECT_EQ(refusal.status, 429);
  EXPECT_EQ(header(refusal, "Retry-After"), "3");
}

}  // namespace
}  // namespace oms::edge
