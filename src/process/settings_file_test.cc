#include "process/settings_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "process/settings_load.h"
#include "process/settings_table.h"

namespace oms::process {
namespace {

class SettingsFile : public ::testing::Test {
 protected:
  ~SettingsFile() override { std::filesystem::remove(path_); }

  std::expected<Loaded, Problems> loaded(const std::string& text) {
    std::ofstream{path_} << text;
    return load_settings({.config = path_.string()});
  }

  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() /
      ("settings_file_test." + std::to_string(::getpid()) + ".toml");
};

// "# cooks = 4": a setting, and no sentence.
bool is_setting(const std::string& line) {
  const auto end = line.find(" = ");
  if (!line.starts_with("# ") || end == std::string::npos) return false;
  return line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", 2) == end;
}

TEST_F(SettingsFile, ChangesNothing) {
  const auto settings = loaded(commented_settings());
  ASSERT_TRUE(settings) << to_text(settings.error());
  EXPECT_TRUE(settings->origins.empty() ||
              (settings->origins.size() == 1 && settings->origins.contains("config")));
}

TEST_F(SettingsFile, SaysOfEverySettingWhatHoldsWithoutIt) {
  std::istringstream lines{commented_settings()};
  std::string text;
  std::set<std::string> keys;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100U) << line;
    if (is_setting(line)) {
      line.erase(0, 2);
      keys.insert(line.substr(0, line.find(' ')));
    }
    text += line + "\n";
  }
  const auto settings = loaded(text);
  ASSERT_TRUE(settings) << to_text(settings.error());
  for (const auto& setting : all_settings()) {
    EXPECT_TRUE(keys.contains(toml_key_of(setting))) << setting.name;
    EXPECT_TRUE(settings->origins.contains(setting.name)) << setting.name;
    EXPECT_EQ(write_setting(setting, settings->settings), write_setting(setting, Settings{}))
        << setting.name;
  }
}

}  // namespace
}  // namespace oms::process
