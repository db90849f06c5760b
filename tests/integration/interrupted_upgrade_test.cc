// kill -9, or a power cut, before any write of bringing a folder of the version before to today's
// layout. The next start completes it, and nothing tells that there was one.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "process/service_set.h"
#include "tests/support/old_folder.h"
#include "tests/support/power_cut_disk.h"

namespace oms::testing {
namespace {

using Rows = std::vector<std::string>;

Rows ask(sqlite::Connection& connection, const std::string& sql) {
  auto statement = connection.prepare(sql);
  if (!statement) throw std::runtime_error(statement.error().detail);
  Rows rows;
  while (statement->step() == sqlite::Statement::Step::row) rows.emplace_back(statement->text(0));
  return rows;
}

// Everything in the file: what it is called, and each row with each of its columns.
Rows contents(const std::string& path) {
  auto connection = *sqlite::Connection::open(path, sqlite::Access::read_only);
  auto all = ask(connection, "pragma user_version");
  for (auto& sql : ask(connection, "select sql from sqlite_schema where sql > '' order by name")) {
    all.push_back(std::move(sql));
  }
  for (const auto& table : ask(connection, "select name from sqlite_schema where type = 'table'")) {
    std::string row;
    for (const auto& column :
         ask(connection, "select name from pragma_table_info('" + table + "')")) {
      row += (row.empty() ? "quote(\"" : " || ' ' || quote(\"") + column + "\")";
    }
    for (auto& text : ask(connection, "select " + row + " from " + table + " order by 1")) {
      all.push_back(table + ": " + text);
    }
  }
  return all;
}

// Each record as its service wrote it, without what only repeats it.
Rows records(const std::string& path) {
  auto connection = *sqlite::Connection::open(path, sqlite::Access::read_only);
  Rows all;
  const process::ServiceSet services{process::Settings{}};
  for (const auto* type : services.types()) {
    const std::string table{type->table};
    if (ask(connection, "select name from sqlite_schema where name = '" + table + "'").empty()) {
      continue;
    }
    for (auto& row : ask(connection,
                         "select id || ' ' || version || ' ' || schema || ' ' || data "
                         "from " +
                             table + " order by id")) {
      all.push_back(table + ": " + row);
    }
  }
  return all;
}

// As a start does, and an end.
bool open_and_close(const std::string& path, const std::string& disk = {}) {
  const process::ServiceSet services{process::Settings{}};
  return SqliteStore::open({.path = path, .vfs = disk}, services.types()).has_value();
}

class InterruptedUpgrade : public ::testing::TestWithParam<const char*> {
 protected:
  InterruptedUpgrade() {
    unpack_old_folder(GetParam(), undisturbed_.file(""));
    written_ = records(path_in(undisturbed_));
    EXPECT_TRUE(open_and_close(path_in(undisturbed_)));
    expected_ = contents(path_in(undisturbed_));
  }
  static std::string path_in(const TemporaryFolder& folder) { return folder.file("oms.db"); }

  void expect_completed(const TemporaryFolder& folder, int operation) const {
    ASSERT_TRUE(open_and_close(path_in(folder)));
    EXPECT_EQ(contents(path_in(folder)), expected_) << "before operation " << operation;
  }

  TemporaryFolder undisturbed_;
  Rows written_;
  Rows expected_;
};

TEST_P(InterruptedUpgrade, LeavesEachRecordAsItWasWritten) {
  EXPECT_GT(written_.size(), 100U);
  EXPECT_EQ(records(path_in(undisturbed_)), written_);
}

TEST_P(InterruptedUpgrade, IsCompletedAfterKillAtAnyWrite) {
  int kills = 0;
  for (bool is_killed = true; is_killed && !HasFailure(); kills += is_killed ? 1 : 0) {
    const TemporaryFolder folder;
    unpack_old_folder(GetParam(), folder.file(""));
    const auto child = ::fork();
    if (child == 0) {
      PowerCutDisk disk{1};
      disk.cut_before(kills, [] { ::raise(SIGKILL); });
      ::_exit(open_and_close(path_in(folder), PowerCutDisk::name()) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    is_killed = WIFSIGNALED(status);
    ASSERT_TRUE(is_killed || WEXITSTATUS(status) == 0);
    expect_completed(folder, kills);
  }
  EXPECT_GT(kills, 10);
  RecordProperty("kills", kills);
}

TEST_P(InterruptedUpgrade, IsCompletedAfterAPowerCutAtAnyWrite) {
  PowerCutDisk disk{20260101};
  int cuts = 0;
  for (bool is_cut = true; is_cut && !HasFailure(); cuts += is_cut ? 1 : 0) {
    const TemporaryFolder folder;
    unpack_old_folder(GetParam(), folder.file(""));
    disk.cut_before(cuts, [] {});
    ASSERT_TRUE(open_and_close(path_in(folder), PowerCutDisk::name()));
    is_cut = disk.is_cut();
    const TemporaryFolder left;
    disk.restore_to(left.file(""));
    expect_completed(is_cut ? left : folder, cuts);
  }
  EXPECT_GT(cuts, 10);
  RecordProperty("cuts", cuts);
}

INSTANTIATE_TEST_SUITE_P(FolderOfAServerThatWas, InterruptedUpgrade,
                         ::testing::Values("ended", "killed"),
                         [](const auto& folder) { return std::string{folder.param}; });

}  // namespace
}  // namespace oms::testing
