#include "adapters/sqlite/sqlite_reader.h"

#include <fmt/format.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/row_reader.h"

namespace oms {
namespace {

struct ReadConnection {
  sqlite::Connection connection;
  sqlite::RowReader reader;

  ReadConnection(sqlite::Connection opened, sqlite::RecordTypes types,
                 std::shared_ptr<const sqlite::GatheredIndexes> gathered)
      : connection(std::move(opened)), reader(connection, types, std::move(gathered)) {}
};

}  // namespace

// Idle connections wait here. There are as many as threads have ever read at the same time.
class SqliteReader::Pool {
 public:
  Pool(SqliteOptions options, sqlite::RecordTypes types,
       std::shared_ptr<const sqlite::GatheredIndexes> gathered)
      : options_(std::move(options)),
        types_(types.begin(), types.end()),
        gathered_(std::move(gathered)) {}

  // Runs `read` on a connection of its own.
  template <class Read>
  auto with(Read read) -> decltype(read(std::declval<sqlite::RowReader&>())) {
    std::unique_ptr<ReadConnection> connection;
    {
      const std::lock_guard lock{mutex_};
      if (!idle_.empty()) {
        connection = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!connection) {
      OMS_TRY(connection, open());
    }
    auto result = read(connection->reader);
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(connection));
    return result;
  }

  Result<std::unique_ptr<ReadConnection>> open() const {
    OMS_TRY(auto connection,
            sqlite::Connection::open(options_.path, sqlite::Access::read_only, options_.vfs));
    connection.set_busy_timeout(options_.busy);
    OMS_CHECK(
        connection.run("pragma query_only = on; pragma mmap_size = 0; "
                       "pragma temp_store = memory; pragma cache_size = -2000"));
    return std::make_unique<ReadConnection>(std::move(connection), types_, gathered_);
  }

 private:
  SqliteOptions options_;
  std::vector<const RecordType*> types_;
  std::shared_ptr<const sqlite::GatheredIndexes> gathered_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ReadConnection>> idle_;
};

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const SqliteOptions& options,
                                                         std::span<const RecordType* const> types,
                                                         const SqliteStore* store) {
  auto pool = std::make_unique<Pool>(options, types, store ? store->gathered() : nullptr);
  // Opens one at once, so that a file that cannot be read is known at start.
  OMS_CHECK(pool->with([](sqlite::RowReader&) -> Result<void> { return {}; }));
  return std::unique_ptr<SqliteReader>{new SqliteReader{std::move(pool)}};
}

SqliteReader::SqliteReader(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
SqliteReader::~SqliteReader() = default;

Result<Found> SqliteReader::get(const Key& key) {
  return pool_->with([&](sqlite::RowReader& reader) -> Result<Found> {
    OMS_TRY(auto row, reader.get(key));
    if (row.found.is_newer) return std::unexpected(written_by_newer(*key.type, key.id.view()));
    return std::move(row.found);
  });
}

Result<Page> SqliteReader::find(const Query& query) {
  return pool_->with([&](sqlite::RowReader& reader) { return reader.find(query); });
}

}  // namespace oms
