#include <gtest/gtest.h>

#include "tests/journeys/journey.h"
#include "tests/journeys/stories.h"

namespace oms::testing {
namespace {

// Every story is played; what is seen must be what is written.
class Journey : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string story() { return story_named(GetParam()); }
};

TEST_P(Journey, GoesAsTold) {
  EXPECT_EQ(play(story()), story());
}

TEST_P(Journey, GoesTheSameWhereEveryServiceIsAProcess) {
  EXPECT_EQ(play(story(), Wiring::apart), story());
}

// The embedded one, cut in two.
TEST_P(Journey, GoesTheSameWhereTheOrderAndItsSagaLiveInOneHostAndTheRestInAnother) {
  EXPECT_EQ(play(story(), Wiring::halves), story());
}

INSTANTIATE_TEST_SUITE_P(Stories, Journey, ::testing::ValuesIn(story_names()),
                         [](const auto& story) { return test_name_of(story.param); });

}  // namespace
}  // namespace oms::testing
