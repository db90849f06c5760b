#include "adapters/sqlite/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/sqlite/file_check.h"
#include "adapters/sqlite/testing/store_fixture.h"

namespace oms {
namespace {

using sample::Label;
using sample::put;
using testing::IsEmpty;

class SqliteBackupTest : public SqliteStoreTest {
 protected:
  void fill(SqliteStore& store) {
    std::vector<Change> changes;
    for (int i = 0; i < 500; ++i) {
      changes.push_back(put(Label{std::to_string(1000 + i), std::string(2000, 'x')}));
    }
    const auto done = store.commit(changes);
    ASSERT_TRUE(done) << done.error().detail;
  }
  std::string target_ = folder_.file("backup.db");
};

TEST_F(SqliteBackupTest, ABackupHoldsWhatWasCommittedWhileItWasMade) {
  const auto store = open();
  fill(*store);
  auto backup = store->start_backup(target_, 4);
  ASSERT_TRUE(backup) << backup.error().detail;
  std::uint64_t slices = 0;
  double progress = 0;
  for (bool complete = false; !complete; ++slices) {
    ASSERT_TRUE(commit(*store, {put(Label{"1000", std::to_string(slices)}, slices + 1),
                                put(Label{"new" + std::to_string(slices), ""})}));
    EXPECT_FALSE(std::filesystem::exists(target_));
    const auto step = (*backup)->step();
    ASSERT_TRUE(step) << step.error().detail;
    complete = *step;
    progress = (*backup)->progress();
    ASSERT_LT(slices, 1000U) << "it must not restart with each commit";
  }
  EXPECT_EQ(progress, 1);
  EXPECT_GT(slices, 50U);
  backup->reset();
  EXPECT_FALSE(std::filesystem::exists(target_ + ".part"));
  const auto damages = check_sqlite_file(target_);
  ASSERT_TRUE(damages) << damages.error().detail;
  EXPECT_THAT(*damages, IsEmpty());
  options_.path = target_;
  const auto copy = open();
  EXPECT_EQ(text(*copy, "1000"), std::to_string(slices - 1));
  EXPECT_TRUE(text(*copy, "new" + std::to_string(slices - 1)));
  EXPECT_EQ(text(*copy, "1499"), std::string(2000, 'x'));
}

TEST_F(SqliteBackupTest, AConflictMeanwhileDoesNotHurt) {
  const auto store = open();
  fill(*store);
  auto backup = store->start_backup(target_, 16);
  ASSERT_TRUE(backup);
  ASSERT_TRUE((*backup)->step());
  ASSERT_FALSE(commit(*store, {put(Label{"0", "rolled back"}), put(Label{"1000", ""})}));
  int slices = 0;
  for (bool complete = false; !complete; complete = *(*backup)->step()) ASSERT_LT(++slices, 1000);
  backup->reset();
  options_.path = target_;
  const auto copy = open();
  EXPECT_EQ(text(*copy, "0"), std::nullopt);
  EXPECT_EQ(text(*copy, "1499"), std::string(2000, 'x'));
}

TEST_F(SqliteBackupTest, AnAbandonedBackupLeavesNothing) {
  const auto store = open();
  fill(*store);
  {
    auto backup = store->start_backup(target_, 4);
    ASSERT_TRUE(backup);
    ASSERT_TRUE((*backup)->step());
    EXPECT_GT((*backup)->progress(), 0);
    EXPECT_LT((*backup)->progress(), 1);
  }
  EXPECT_FALSE(std::filesystem::exists(target_));
  EXPECT_FALSE(std::filesystem::exists(target_ + ".part"));
  EXPECT_TRUE(commit(*store, {put(Label{"l", ""})}));
}

TEST_F(SqliteBackupTest, ABackupReplacesNoFile) {
  const auto store = open();
  std::ofstream{target_} << "precious";
  EXPECT_EQ(store->start_backup(target_).error().kind, ErrorKind::conflict);
}

TEST_F(SqliteBackupTest, ABackupToAFolderThatIsNotThereNamesTheFolder) {
  const auto store = open();
  const auto folder = folder_.file("none");
  const auto refused = store->start_backup(folder + "/b.db");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().detail,
            "there is no folder " + folder + " to put the copy in: create it, or name another");
  EXPECT_FALSE(std::filesystem::exists(folder));
}

// A path that was read as a URI led past the look at what is there already.
TEST_F(SqliteBackupTest, ABackupIsNotNamedByAUri) {
  const auto store = open();
  fill(*store);
  EXPECT_EQ(store->start_backup("file:" + target_ + "?x=").error().kind, ErrorKind::invalid);
  EXPECT_FALSE(std::filesystem::exists(target_));
}

TEST_F(SqliteBackupTest, CheckFindsDamage) {
  {
    const auto store = open();
    fill(*store);
  }
  EXPECT_THAT(*check_sqlite_file(path_), IsEmpty());
  {
    std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(5 * 4096);
    file << std::string(4096, '\xee');
  }
  EXPECT_FALSE(check_sqlite_file(path_)->empty());
  EXPECT_EQ(check_sqlite_file(folder_.file("none")).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace oms
