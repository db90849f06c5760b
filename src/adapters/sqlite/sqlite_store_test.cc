// What is SQLite's own: the file, its locks, its log, its faults. What every store promises is
// tested in tests/ports/store_test.cc.
#include "adapters/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/file_check.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "tests/ports/failing_disk.h"
#include "tests/ports/sample_records.h"
#include "tests/ports/temporary_folder.h"

namespace oms {
namespace {

using sample::Label;
using sample::Parcel;
using sample::put;
using testing::HasSubstr;
using testing::IsEmpty;

class SqliteStoreTest : public testing::Test {
 protected:
  ~SqliteStoreTest() override {
    FailingDisk::full = FailingDisk::sync_fails = false;
    FailingDisk::writes_left = -1;
  }

  Result<std::unique_ptr<SqliteStore>> try_open() {
    return SqliteStore::open(options_, sample::all_types());
  }
  std::unique_ptr<SqliteStore> open() {
    auto store = try_open();
    if (!store) throw std::runtime_error(store.error().detail);
    return std::move(*store);
  }
  std::string refusal() {
    auto store = try_open();
    return store ? "(none)" : store.error().detail;
  }
  // Runs SQL on the file, as a person with the command line tool would.
  void run(const std::string& path, const std::string& sql) {
    auto connection = sqlite::Connection::open(path, sqlite::Access::create);
    ASSERT_TRUE(connection);
    const auto done = connection->run(sql);
    ASSERT_TRUE(done) << done.error().detail;
  }
  static Result<void> commit(SqliteStore& store, std::vector<Change> changes) {
    return store.commit(changes);
  }
  static std::optional<std::string> text(SqliteStore& store, std::string_view id) {
    const Key key = key_of<Label>(id);
    auto found = store.load({&key, 1});
    if (!found) throw std::runtime_error(found.error().detail);
    const auto* label = found->at(0).record.as<Label>();
    return label ? std::optional{label->text} : std::nullopt;
  }

  FailingDisk disk_;
  TemporaryFolder folder_;
  std::string path_ = folder_.file("oms.db");
  SqliteOptions options_{.path = path_, .vfs = disk_.name()};
};

TEST_F(SqliteStoreTest, RecordsOutliveTheProcess) {
  ASSERT_TRUE(commit(*open(), {put(Label{"l", "kept"})}));
  EXPECT_EQ(text(*open(), "l"), "kept");
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

TEST_F(SqliteStoreTest, RefusesToReadOrRewriteANewerRecord) {
  ASSERT_TRUE(commit(*open(), {put(Label{"l", "old"})}));
  run(path_, "update sample_label set schema = 2");
  const auto store = open();
  const Key key = key_of<Label>("l");
  const auto loaded = store->load({&key, 1});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().detail, HasSubstr("newer version of this program"));
  EXPECT_FALSE(store->find({.type = &type_of<Label>()}));
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
    for (int i = 0; i < 50; ++i) {
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
  ASSERT_TRUE(commit(*store, {put(Label{"l", "kept"})}));
  FailingDisk::full = true;
  EXPECT_TRUE(store->checkpoint_if_due());
  FailingDisk::full = false;
  ASSERT_TRUE(commit(*store, {put(Label{"m", "kept"})}));
  EXPECT_TRUE(store->checkpoint_if_due());
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
  EXPECT_EQ(store->checkpoint_if_due().error().kind, ErrorKind::internal);
  EXPECT_EQ(FailingDisk::syncs, syncs);
}

TEST_F(SqliteStoreTest, AFailedSyncOfACheckpointIsFinalToo) {
  options_.checkpoint_bytes = 1;
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", ""})}));
  FailingDisk::sync_fails = true;
  EXPECT_EQ(store->checkpoint_if_due().error().kind, ErrorKind::internal);
  FailingDisk::sync_fails = false;
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

// --- the log --------------------------------------------------------------------------------

class SqliteLogTest : public SqliteStoreTest {
 protected:
  std::uintmax_t log_size() const { return std::filesystem::file_size(path_ + "-wal"); }

  // The files as a crash would leave them.
  void copy_to(const std::string& path) const {
    std::filesystem::copy_file(path_, path);
    std::filesystem::copy_file(path_ + "-wal", path + "-wal");
  }
};

TEST_F(SqliteLogTest, WhatWasCommittedIsInTheLogAfterACrash) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"a", "kept"})}));
  const auto after_first = log_size();
  ASSERT_TRUE(commit(*store, {put(Label{"b", "kept"}), put(Label{"c", "kept"})}));
  const auto after_second = log_size();
  const auto crashed = folder_.file("crashed.db");
  copy_to(crashed);
  const auto torn = folder_.file("torn.db");
  copy_to(torn);
  std::filesystem::resize_file(torn + "-wal", (after_first + after_second) / 2);

  options_.path = crashed;
  const auto recovered = open();
  EXPECT_EQ(text(*recovered, "a"), "kept");
  EXPECT_EQ(text(*recovered, "c"), "kept");

  // The second commit was not complete, so it was not acknowledged: none of it is there.
  options_.path = torn;
  const auto cut = open();
  EXPECT_EQ(text(*cut, "a"), "kept");
  EXPECT_EQ(text(*cut, "b"), std::nullopt);
  EXPECT_EQ(text(*cut, "c"), std::nullopt);
}

TEST_F(SqliteLogTest, AFlippedBitEndsTheLogBeforeIt) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"a", "kept"})}));
  const auto after_first = log_size();
  ASSERT_TRUE(commit(*store, {put(Label{"b", "lost"})}));
  const auto crashed = folder_.file("crashed.db");
  copy_to(crashed);
  {
    std::fstream log{crashed + "-wal", std::ios::in | std::ios::out | std::ios::binary};
    const auto at = static_cast<std::streamoff>(after_first) + 100;
    log.seekg(at);
    const auto byte = static_cast<char>(log.get() ^ 4);
    log.seekp(at);
    log.put(byte);
  }
  options_.path = crashed;
  const auto recovered = open();
  EXPECT_EQ(text(*recovered, "a"), "kept");
  EXPECT_EQ(text(*recovered, "b"), std::nullopt);
}

TEST_F(SqliteLogTest, ItStaysBoundedUnderReaders) {
  options_.checkpoint_bytes = 256U << 10U;
  const auto store = open();
  const auto reader = std::move(*SqliteReader::open(options_, sample::all_types()));
  for (std::uint64_t version = 0; version < 400; ++version) {
    ASSERT_TRUE(commit(*store, {put(Label{"l", std::string(3000, 'x')}, version)}));
    ASSERT_TRUE(store->checkpoint_if_due());
    ASSERT_TRUE(reader->get(key_of<Label>("l")));
  }
  EXPECT_LT(log_size(), 2 * options_.checkpoint_bytes);
  EXPECT_EQ(reader->get(key_of<Label>("l"))->version, 400U);
}

TEST_F(SqliteLogTest, AReaderThatHoldsItBackIsOutwaited) {
  options_.checkpoint_bytes = 64U << 10U;
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", ""})}));
  auto slow = sqlite::Connection::open(path_, sqlite::Access::read_only);
  ASSERT_TRUE(slow->run("begin"));
  ASSERT_TRUE(slow->ask_integer("select count(*) from sample_label"));
  std::uint64_t version = 1;
  const auto write_some = [&] {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(commit(*store, {put(Label{"l", std::string(3000, 'x')}, version++)}));
      ASSERT_TRUE(store->checkpoint_if_due());
    }
  };
  write_some();
  const auto grown = log_size();
  EXPECT_GT(grown, 4 * options_.checkpoint_bytes);
  ASSERT_TRUE(slow->run("commit"));
  write_some();
  EXPECT_LT(log_size(), grown);
}

// --- backup and check -----------------------------------------------------------------------

class SqliteBackupTest : public SqliteStoreTest {
 protected:
  void fill(SqliteStore& store) {
    std::vector<Change> changes;
    for (int i = 0; i < 500; ++i) {
      changes.push_back(put(Label{std::to_string(1000 + i), std::string(2000, 'x')}));
    }
    ASSERT_TRUE(store.commit(changes));
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
    ASSERT_LT(slices, 1000U) << "it must not start anew with each commit";
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
  EXPECT_EQ(store->start_backup(folder_.file("none/b.db")).error().kind, ErrorKind::invalid);
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
