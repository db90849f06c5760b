#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <set>
#include <thread>

#include "adapters/sqlite/sqlite_store.h"
#include "app/service_set.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::IsSupersetOf;

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Edges, WhatIsWrittenIsTheOwnersAlone) {
  const ServerProcess server;
  std::filesystem::permissions(server.data(), std::filesystem::perms::all);
  const auto backup = server.data() / "backup.db";
  EXPECT_EQ(server.run({"backup", backup.string()}).code, 0);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{server.data()}) {
    ++files;
    const auto open = entry.status().permissions() & static_cast<std::filesystem::perms>(077);
    EXPECT_EQ(open, std::filesystem::perms::none) << entry.path();
  }
  EXPECT_GE(files, 9U);  // the databases with their logs, the lock, the secrets, the backup
}

}  // namespace
}  // namespace oms::testing
