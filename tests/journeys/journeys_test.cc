#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/journeys/journey.h"

namespace oms::testing {
namespace {

std::vector<std::string> stories() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator{OMS_SOURCE_DIR "/tests/journeys/food"}) {
    names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

// Every story in tests/journeys/food is played; what is seen must be what is written.
class FoodJourney : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string story() {
    std::ifstream file{OMS_SOURCE_DIR "/tests/journeys/food/" + GetParam() + ".txt"};
    std::stringstream story;
    story << file.rdbuf();
    return story.str();
  }
};

TEST_P(FoodJourney, GoesAsTold) {
  EXPECT_EQ(play(story()), story());
}

TEST_P(FoodJourney, GoesTheSameWhereEveryServiceIsAProcess) {
  EXPECT_EQ(play(story(), Wiring::apart), story());
}

// The embedded one, cut in two.
TEST_P(FoodJourney, GoesTheSameWhereTheOrderAndItsSagaLiveInOneHostAndTheRestInAnother) {
  EXPECT_EQ(play(story(), Wiring::halves), story());
}

INSTANTIATE_TEST_SUITE_P(Stories, FoodJourney, ::testing::ValuesIn(stories()),
                         [](const auto& story) { return story.param; });

}  // namespace
}  // namespace oms::testing
