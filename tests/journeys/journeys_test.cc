#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/journeys/journey.h"

namespace oms::testing {
namespace {

// "food/paid_and_delivered": each folder has the stories of one lifecycle.
std::vector<std::string> stories() {
  std::vector<std::string> names;
  const std::filesystem::path folder{OMS_SOURCE_DIR "/tests/journeys"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (entry.path().extension() != ".txt") continue;
    names.push_back(entry.path().lexically_relative(folder).replace_extension().string());
  }
  std::ranges::sort(names);
  return names;
}

// Every story is played; what is seen must be what is written.
class Journey : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string story() {
    std::ifstream file{OMS_SOURCE_DIR "/tests/journeys/" + GetParam() + ".txt"};
    std::stringstream story;
    story << file.rdbuf();
    return story.str();
  }
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

INSTANTIATE_TEST_SUITE_P(Stories, Journey, ::testing::ValuesIn(stories()), [](const auto& story) {
  auto name = story.param;
  std::ranges::replace(name, '/', '_');
  return name;
});

}  // namespace
}  // namespace oms::testing
