// `oms check` on files that something is wrong with, or that somebody else wants.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>

#include "adapters/sqlite/file_lock.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::HasSubstr;

void run_sql(const std::filesystem::path& file, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
}

class CheckCommand : public ::testing::Test {
 protected:
  CheckCommand() {
    for (int i = 0; i < 20; ++i) place(server, "c" + std::to_string(i), "1");
    copy = server.data() / "copy.db";
    EXPECT_EQ(server.run({"backup", copy.string()}).code, 0);
  }
  ServerProcess::Ran check() const { return server.run({"check", copy.string()}); }

  ServerProcess server;
  std::filesystem::path copy;
};

TEST_F(CheckCommand, FindsAnIndexThatLacksRows) {
  EXPECT_EQ(check().code, 0) << check().output;
  server.stop();  // now the index is in its table, and not in memory
  server.start();
  server.stop();
  copy = server.data() / "oms.db";
  run_sql(copy, "delete from orders_order_gathered_by_customer_id");
  const auto ran = check();
  EXPECT_EQ(ran.code, 6) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("damaged"));
}

TEST_F(CheckCommand, FindsAPageThatIsSpoiled) {
  const auto size = std::filesystem::file_size(copy);
  std::fstream file{copy, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(size) - 4096);
  file << std::string(4096, '\xEE');
  file.close();
  EXPECT_EQ(check().code, 6) << check().output;
}

TEST_F(CheckCommand, LeavesAFileAloneThatAnotherProcessUses) {
  const auto lock = sqlite::FileLock::take(copy.string());
  ASSERT_TRUE(lock);
  const auto ran = check();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.output, HasSubstr("in use"));
}

TEST_F(CheckCommand, RemovesWhatACheckThatWasEndedHasLeft) {
  const auto left = server.data() / ".oms-check-0011223344556677.db";
  const auto used = server.data() / ".oms-check-8899aabbccddeeff.db";
  for (const auto& path : {left, used}) std::ofstream{path} << "a copy";
  const auto lock = sqlite::FileLock::take(used.string());
  EXPECT_EQ(server.run({"check"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(used)) << "another check has it";
  const std::filesystem::directory_iterator all{server.data()};
  EXPECT_EQ(std::count_if(begin(all), end(all),
                          [](const auto& entry) {
                            return entry.path().filename().string().starts_with(".oms-check-");
                          }),
            2)
      << "the other one and its lock";
}

}  // namespace
}  // namespace oms::testing
