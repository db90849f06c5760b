#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace oms::testing {

inline const std::filesystem::path stories_folder{OMS_SOURCE_DIR "/tests/journeys"};

// "food/paid_and_delivered": each folder has the stories of one lifecycle.
inline std::vector<std::string> story_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{stories_folder}) {
    if (entry.path().extension() != ".txt") continue;
    names.push_back(entry.path().lexically_relative(stories_folder).replace_extension().string());
  }
  std::ranges::sort(names);
  return names;
}

inline std::string story_named(const std::string& name) {
  std::ifstream file{stories_folder / (name + ".txt")};
  std::stringstream story;
  story << file.rdbuf();
  return story.str();
}

inline std::string test_name_of(std::string story) {
  std::ranges::replace(story, '/', '_');
  return story;
}

}  // namespace oms::testing
