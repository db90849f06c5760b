#include "adapters/files/rewrite.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace oms::files {
namespace {

class RewriteTest : public testing::Test {
 protected:
  RewriteTest() { std::filesystem::create_directories(folder_); }
  ~RewriteTest() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view text) const { std::ofstream{path_} << text; }
  std::string text() const {
    std::ifstream file{path_};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  // Lines with an `a` lose it; of those with an `x` nothing stays.
  Result<void> rewrite() const {
    return rewrite_lines(
        path_, {.is_concerned =
                    [](std::string_view line) { return line.contains('a') || line.contains('x'); },
                .replace = [](std::string_view line) -> std::optional<std::string> {
                  if (line.contains('x')) return std::nullopt;
                  std::string kept{line};
                  std::erase(kept, 'a');
                  return kept;
                }});
  }

  const std::filesystem::path folder_{testing::TempDir() + "/oms_rewrite_" +
                                      std::to_string(::getpid())};
  const std::filesystem::path path_{folder_ / "lines.jsonl"};
};

TEST_F(RewriteTest, ReplacesSomeLinesAndDropsOthers) {
  write("1a\n2\n3x\n4\n");
  ASSERT_TRUE(rewrite());
  EXPECT_EQ(text(), "1\n2\n4\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1) << "no draft";
}

TEST_F(RewriteTest, LeavesAFileAloneThatHasNothingOfIt) {
  write("1\n2\n");
  const auto before = std::filesystem::last_write_time(path_);
  ASSERT_TRUE(rewrite());
  EXPECT_EQ(std::filesystem::last_write_time(path_), before);
}

TEST_F(RewriteTest, NeedsNoFile) {
  EXPECT_TRUE(rewrite());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(RewriteTest, TakesADraftThatACrashHasLeftForNothing) {
  write("1a\n");
  std::ofstream{path_.string() + ".part"} << "2\n";
  ASSERT_TRUE(rewrite());
  EXPECT_EQ(text(), "1\n");
}

TEST_F(RewriteTest, IsForItsOwnerOnly) {
  write("1a\n");
  ASSERT_TRUE(rewrite());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions() & (perms::group_all | perms::others_all),
            perms::none);
}

}  // namespace
}  // namespace oms::files
