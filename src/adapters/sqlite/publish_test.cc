#include "adapters/sqlite/publish.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/sqlite/testing/temporary_folder.h"

namespace oms::sqlite {
namespace {

// As file systems answer that have no exclusive rename, or a kernel that forbids it.
template <int code>
int unsupported(const char*, const char*) {
  errno = code;
  return -1;
}

class PublishTest : public testing::TestWithParam<ExclusiveRename> {
 protected:
  void SetUp() override { write(part_, "a copy"); }

  static void write(const std::string& path, std::string_view text) { std::ofstream{path} << text; }
  static std::string read(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  TemporaryFolder folder_;
  std::string part_ = folder_.file("backup.db.part");
  std::string target_ = folder_.file("backup.db");
};

TEST_P(PublishTest, GivesTheFileItsName) {
  const auto published = publish_file(part_, target_, GetParam());
  ASSERT_TRUE(published) << published.error().detail;
  EXPECT_EQ(read(target_), "a copy");
  EXPECT_FALSE(std::filesystem::exists(part_));
}

TEST_P(PublishTest, ReplacesNoFile) {
  write(target_, "precious");
  const auto published = publish_file(part_, target_, GetParam());
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().kind, ErrorKind::conflict);
  EXPECT_EQ(published.error().detail, target_ + " exists already");
  EXPECT_EQ(read(target_), "precious");
  EXPECT_EQ(read(part_), "a copy");
}

TEST_P(PublishTest, LeavesNoPlaceholderWhereItFails) {
  std::filesystem::remove(part_);
  const auto published = publish_file(part_, target_, GetParam());
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().kind, ErrorKind::internal);
  EXPECT_FALSE(std::filesystem::exists(target_));
}

INSTANTIATE_TEST_SUITE_P(FileSystems, PublishTest,
                         testing::Values(&rename_exclusively, &unsupported<EINVAL>,
                                         &unsupported<ENOSYS>, &unsupported<EOPNOTSUPP>,
                                         &unsupported<EPERM>));

}  // namespace
}  // namespace oms::sqlite
