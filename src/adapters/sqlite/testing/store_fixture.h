#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/failing_disk.h"
#include "adapters/sqlite/testing/sample_records.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms {

// A store in a folder of its own, on a disk that can be told to fail.
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
    const Key key = key_of<sample::Label>(id);
    auto found = store.load({&key, 1});
    if (!found) throw std::runtime_error(found.error().detail);
    const auto* label = found->at(0).record.as<sample::Label>();
    return label ? std::optional{label->text} : std::nullopt;
  }

  FailingDisk disk_;
  TemporaryFolder folder_;
  std::string path_ = folder_.file("oms.db");
  SqliteOptions options_{.path = path_, .vfs = disk_.name()};
};

}  // namespace oms
