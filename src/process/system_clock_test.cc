#include "process/system_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace oms::process {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr Time noon{1'767'268'800'000};

// A machine whose wall clock can be set.
class SystemClockTest : public ::testing::Test {
 protected:
  SystemClock start(Time floor = {}) {
    return SystemClock{floor,
                       [this](Duration by) { jumps.push_back(by); },
                       {.wall = [this] { return wall; }, .steady = [this] { return steady; }}};
  }
  void pass(Duration span) {
    wall = wall + span;
    steady += span;
  }

  Time wall = noon;
  Duration steady{minutes{7}};
  std::vector<Duration> jumps;
};

TEST_F(SystemClockTest, GoesEvenlyWhileTheWallClockIsSetBack) {
  auto clock = start();
  wall = wall - hours{1};
  pass(seconds{5});
  EXPECT_EQ(clock.now(), noon + seconds{5});
  EXPECT_EQ(clock.wall(), noon - hours{1} + seconds{5});
  pass(hours{3});
  EXPECT_EQ(clock.now(), noon + hours{3} + seconds{5}) << "what is due is neither early nor late";
}

TEST_F(SystemClockTest, FollowsAWallClockThatIsAhead) {
  auto clock = start();
  wall = wall + hours{8};
  EXPECT_EQ(clock.now(), noon + hours{8});
  EXPECT_EQ(clock.wall(), noon + hours{8});
}

TEST_F(SystemClockTest, BeginsWhereTheLastProcessWas) {
  auto clock = start(noon + hours{2});
  pass(seconds{1});
  EXPECT_EQ(clock.now(), noon + hours{2} + seconds{1});
  EXPECT_EQ(clock.wall(), noon + seconds{1});
}

TEST_F(SystemClockTest, BeginsAtTheWallClockIfThatIsLater) {
  auto clock = start(noon - hours{2});
  EXPECT_EQ(clock.now(), noon);
}

TEST_F(SystemClockTest, NeverRunsBackwards) {
  auto clock = start();
  auto last = clock.now();
  for (const auto by : {-hours{1}, hours{8}, -hours{8}, hours{2}, -hours{3}}) {
    wall = wall + by;
    pass(milliseconds{10});
    const auto now = clock.now();
    EXPECT_GT(now, last);
    last = now;
  }
}

TEST_F(SystemClockTest, TellsOfEachJumpOnce) {
  auto clock = start();
  wall = wall + hours{2};
  for (int i = 0; i < 3; ++i) clock.now();
  wall = wall - hours{2};
  for (int i = 0; i < 3; ++i) clock.now();
  EXPECT_THAT(jumps, ElementsAre(hours{2}, -hours{2}));
}

TEST_F(SystemClockTest, TellsNothingOfAClockThatIsPutRightBitByBit) {
  auto clock = start();
  for (int i = 0; i < 100; ++i) {
    wall = wall - milliseconds{500};
    clock.now();
  }
  EXPECT_THAT(jumps, IsEmpty());
}

TEST_F(SystemClockTest, TellsNothingOfAThreadThatWasPutToSleep) {
  SystemClock clock{{},
                    [this](Duration by) { jumps.push_back(by); },
                    {.wall = [this] { return wall; },
                     .steady =
                         [this] {
                           pass(seconds{3});  // before the other clock is read
                           return steady;
                         }}};
  for (int i = 0; i < 3; ++i) clock.now();
  EXPECT_THAT(jumps, IsEmpty());
}

TEST(JumpText, NamesTheSizeAndTheWay) {
  EXPECT_THAT(jump_text(hours{2}),
              StartsWith("the wall clock has jumped forward by 2 h 0 min 0 s"));
  EXPECT_THAT(jump_text(-hours{1} - seconds{3}),
              StartsWith("the wall clock has jumped back by 1 h 0 min 3 s"));
}

}  // namespace
}  // namespace oms::process
