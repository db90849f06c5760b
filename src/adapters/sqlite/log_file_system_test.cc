#include "adapters/sqlite/log_file_system.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/testing/failing_disk.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms::sqlite {
namespace {

class LogFileSystemTest : public testing::Test {
 protected:
  LogFileSystemTest() : files_(disk_.name()) {
    FailingDisk::sync_of_file_fails = false;
    auto opened = Connection::open(path_, Access::create, files_.name());
    connection_.emplace(*std::move(opened));
    EXPECT_TRUE(
        connection_->run("pragma journal_mode = wal; pragma synchronous = full; "
                         "pragma wal_autocheckpoint = 0; create table t (x text)"));
  }
  ~LogFileSystemTest() override { FailingDisk::sync_of_file_fails = false; }

  bool insert(int rows) {
    return connection_
        ->run(fmt::format("with recursive n(i) as (values (1) union all select i + 1 from n where "
                          "i < {}) insert into t select printf('%1000d', i) from n",
                          rows))
        .has_value();
  }
  std::int64_t count_by_a_reader() {
    auto reader = Connection::open(path_, Access::read_only);
    return reader->ask_integer("select count(*) from t").value_or(-1);
  }
  int checkpoint() {
    return sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                     nullptr, nullptr);
  }

  TemporaryFolder folder_;
  FailingDisk disk_;
  LogFileSystem files_;
  std::string path_ = folder_.file("t.db");
  std::optional<Connection> connection_;
};

TEST_F(LogFileSystemTest, WhatIsCommittedOthersSee) {
  for (const int rows : {1, 10, 2000}) {
    const auto before = count_by_a_reader();
    ASSERT_TRUE(insert(rows));
    EXPECT_EQ(count_by_a_reader(), before + rows);
  }
}

TEST_F(LogFileSystemTest, WritesTheLogInLargePieces) {
  FailingDisk::writes_left = 20;  // then it would be full
  EXPECT_TRUE(insert(1000)) << "a megabyte, in some 500 pieces of SQLite's";
  FailingDisk::writes_left = -1;
  FailingDisk::full = false;
}

TEST_F(LogFileSystemTest, ATransactionThatFailsLeavesNothingForTheNext) {
  ASSERT_TRUE(connection_->run("begin"));
  ASSERT_TRUE(insert(3000));
  ASSERT_TRUE(connection_->run("rollback"));
  ASSERT_TRUE(insert(2));
  EXPECT_EQ(count_by_a_reader(), 2);
}

TEST_F(LogFileSystemTest, AfterAFailedSyncOfTheFileTheLogKeepsEverything) {
  ASSERT_TRUE(insert(10));
  FailingDisk::sync_of_file_fails = true;
  EXPECT_EQ(checkpoint(), SQLITE_OK) << "its sync goes on in the background";
  EXPECT_FALSE(files_.wait());
  FailingDisk::sync_of_file_fails = false;
  EXPECT_FALSE(insert(1)) << "this would be written over the log's beginning";
  EXPECT_EQ(count_by_a_reader(), 10);
}

TEST_F(LogFileSystemTest, TheLogStartsAnewAfterTheSync) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(insert(100));
    ASSERT_EQ(checkpoint(), SQLITE_OK);
  }
  EXPECT_LT(std::filesystem::file_size(path_ + "-wal"), 400'000U);
  EXPECT_EQ(count_by_a_reader(), 2000);
  EXPECT_TRUE(files_.wait());
}

}  // namespace
}  // namespace oms::sqlite
