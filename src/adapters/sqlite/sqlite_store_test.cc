// What is SQLite's own: whose the file is, and its faults. What every store promises is tested in
// tests/ports/store_test.cc.
#include "adapters/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapters/sqlite/file_check.h"
#include "adapters/sqlite/testing/store_fixture.h"

namespace oms {
namespace {

using sample::Label;
using sample::put;
using testing::HasSubstr;

TEST_F(SqliteStoreTest, RecordsOutliveTheProcess) {
  ASSERT_TRUE(commit(*open(), {put(Label{"l", "kept"})}));
  EXPECT_EQ(text(*open(), "l"), "kept");
}

// Counting takes a lock that all threads share, for each allocation.
TEST_F(SqliteStoreTest, AllocationsAreNotCounted) {
  const auto store = open();
  EXPECT_EQ(sqlite3_memory_used(), 0);
}

// A commit that is begun as soon as another has succeeded.
class NextCommitTest : public SqliteStoreTest {
 protected:
  // Finishes the first, and says what came of the second.
  Result<void> both(Store& store, std::vector<Change> first, std::vector<Change> second) {
    store.begin_commit(first, [] {});
    const auto done = store.finish_commit([&] { store.begin_commit(second, [] {}); });
    EXPECT_TRUE(done);
    return store.finish_commit([] {});
  }
};

TEST_F(NextCommitTest, IsMadeOnTopOfTheFirst) {
  const auto store = open();
  ASSERT_TRUE(both(*store, {put(Label{"l", "first"}), put(Label{"m", "first"})},
                   {put(Label{"l", "second"}, 1)}));
  EXPECT_EQ(text(*store, "l"), "second");
  EXPECT_EQ(text(*store, "m"), "first");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "third"}, 2), put(Label{"m", "third"}, 1)}));
}

TEST_F(NextCommitTest, ThatMeetsAConflictLeavesTheFirst) {
  const auto store = open();
  const auto done = both(*store, {put(Label{"l", "first"})}, {put(Label{"l", "second"}, 7)});
  EXPECT_EQ(done.error().kind, ErrorKind::conflict);
  EXPECT_EQ(text(*store, "l"), "first");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "third"}, 1)}));
}

TEST_F(NextCommitTest, ThatCannotBePlannedLeavesTheFirst) {
  const auto store = open();
  const auto done = both(*store, {put(Label{"l", "first"})},
                         {put(Label{"m", "second"}), put(Label{"m", "again"})});
  EXPECT_EQ(done.error().kind, ErrorKind::conflict);
  EXPECT_EQ(text(*store, "l"), "first");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "third"}, 1), put(Label{"m", "third"})}));
}

TEST_F(NextCommitTest, IsNotBegunWhenTheFirstHasFailed) {
  const auto store = open();
  const std::vector<Change> wrong{put(Label{"l", "first"}, 7)};
  store->begin_commit(wrong, [] {});
  bool is_begun = false;
  EXPECT_EQ(store->finish_commit([&] { is_begun = true; }).error().kind, ErrorKind::conflict);
  EXPECT_FALSE(is_begun);
}

TEST_F(SqliteStoreTest, ASecondOneIsToldWhoHasTheFile) {
  const auto first = open();
  const auto words = "oms.db is in use by process " + std::to_string(getpid());
  EXPECT_THAT(refusal(), HasSubstr(words));
  // Nor by another name of the same file.
  const auto link = folder_.file("link.db");
  std::filesystem::create_symlink(path_, link);
  options_.path = link;
  EXPECT_THAT(refusal(), HasSubstr(words));
  EXPECT_THAT(check_sqlite_file(link).error().detail, HasSubstr(words));
}

TEST_F(SqliteStoreTest, RefusesWhatIsNotADatabase) {
  const std::string words = "Dear diary, this is my file. Please leave it as it is, whatever else.";
  std::ofstream{path_} << words;
  EXPECT_THAT(refusal(), HasSubstr("is not a database of this program"));
  std::ofstream{path_} << words << words;
  EXPECT_THAT(refusal(), HasSubstr("is not a database of this program"));
  std::string after;
  std::getline(std::ifstream{path_}, after);
  EXPECT_EQ(after, words + words);
}

TEST_F(SqliteStoreTest, RefusesAnotherProgramsDatabase) {
  run(path_, "create table theirs (a)");
  EXPECT_THAT(refusal(), HasSubstr("is a database of another program"));
  run(path_, "pragma application_id = 7");
  EXPECT_THAT(refusal(), HasSubstr("is a database of another program"));
}

TEST_F(SqliteStoreTest, RefusesANewerLayout) {
  open();
  run(path_, "pragma user_version = 1000");
  EXPECT_THAT(refusal(), HasSubstr("newer version of this program"));
}

TEST_F(SqliteStoreTest, TakesAnEmptyFile) {
  std::ofstream{path_}.flush();
  EXPECT_TRUE(commit(*open(), {put(Label{"l", ""})}));
}

TEST_F(SqliteStoreTest, SaysWhichFolderIsMissing) {
  options_.path = folder_.file("none/oms.db");
  EXPECT_THAT(refusal(), HasSubstr("none/oms.db"));
}

TEST_F(SqliteStoreTest, ADamagedRecordIsNamed) {
  ASSERT_TRUE(commit(*open(), {put(Label{"l", "old"})}));
  run(path_, "update sample_label set data = '{\"id\":'");
  const auto store = open();
  const Key key = key_of<Label>("l");
  EXPECT_THAT(store->load({&key, 1}).error().detail, HasSubstr("sample_label l cannot be read"));
}

TEST_F(SqliteStoreTest, AFullDiskRollsBackAndHeals) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "old"})}));
  for (int writes = 0; writes < 4; ++writes) {
    FailingDisk::writes_left = writes;
    // Many pages, so that the disk fills up in the middle of the commit.
    std::vector<Change> changes{put(Label{"l", "new"}, 1)};
    for (int i = 0; i < 600; ++i) {
      changes.push_back(put(Label{"x" + std::to_string(i), std::string(2000, 'x')}));
    }
    const auto done = commit(*store, changes);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::unavailable) << done.error().detail;
    EXPECT_EQ(text(*store, "l"), "old");
    EXPECT_EQ(text(*store, "x0"), std::nullopt);
  }
  FailingDisk::full = false;
  FailingDisk::writes_left = -1;
  ASSERT_TRUE(commit(*store, {put(Label{"l", "new"}, 1)}));
  EXPECT_EQ(text(*store, "l"), "new");
}

TEST_F(SqliteStoreTest, AFullDiskDuringACheckpointLosesNothing) {
  options_.checkpoint_bytes = 1;
  auto store = open();
  FailingDisk::file_is_full = true;
  ASSERT_TRUE(commit(*store, {put(Label{"l", "kept"})}));
  EXPECT_TRUE(store->settle());
  FailingDisk::file_is_full = false;
  ASSERT_TRUE(commit(*store, {put(Label{"m", "kept"})}));
  EXPECT_TRUE(store->settle());
  store.reset();
  store = open();
  EXPECT_EQ(text(*store, "l"), "kept");
  EXPECT_EQ(text(*store, "m"), "kept");
}

TEST_F(SqliteStoreTest, AfterAFailedSyncNothingIsDoneAnyMore) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "old"})}));
  FailingDisk::sync_fails = true;
  const auto failed = commit(*store, {put(Label{"l", "new"}, 1)});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::internal);
  FailingDisk::sync_fails = false;
  const int syncs = FailingDisk::syncs;
  const Key key = key_of<Label>("l");
  EXPECT_EQ(store->load({&key, 1}).error().kind, ErrorKind::internal);
  EXPECT_EQ(commit(*store, {put(Label{"m", ""})}).error().kind, ErrorKind::internal);
  EXPECT_EQ(store->settle().error().kind, ErrorKind::internal);
  EXPECT_EQ(FailingDisk::syncs, syncs);
}

TEST_F(SqliteStoreTest, AFailedSyncOfACheckpointIsFinalToo) {
  options_.checkpoint_bytes = 1;
  const auto store = open();
  FailingDisk::sync_of_file_fails = true;
  ASSERT_TRUE(commit(*store, {put(Label{"l", ""})}));
  EXPECT_EQ(store->settle().error().kind, ErrorKind::internal);
  FailingDisk::sync_of_file_fails = false;
  EXPECT_EQ(commit(*store, {put(Label{"m", ""})}).error().kind, ErrorKind::internal);
}

TEST_F(SqliteStoreTest, EachCommitIsSynced) {
  const auto store = open();
  for (int i = 0; i < 5; ++i) {
    const int before = FailingDisk::syncs;
    ASSERT_TRUE(commit(*store, {put(Label{std::to_string(i), ""})}));
    EXPECT_GT(FailingDisk::syncs, before);
  }
}

TEST_F(SqliteStoreTest, WaitsForAToolOnlySoLong) {
  options_.busy = std::chrono::milliseconds{20};
  const auto store = open();
  auto tool = sqlite::Connection::open(path_, sqlite::Access::read_write);
  ASSERT_TRUE(tool->run("begin immediate"));
  EXPECT_EQ(commit(*store, {put(Label{"l", ""})}).error().kind, ErrorKind::unavailable);
  ASSERT_TRUE(tool->run("rollback"));
  EXPECT_TRUE(commit(*store, {put(Label{"l", ""})}));
}

}  // namespace
}  // namespace oms
