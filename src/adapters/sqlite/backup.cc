#include "adapters/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "adapters/sqlite/publish.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms {
struct SqliteBackup::Copy {
  Source source;
  std::string target;
  std::string part;
  int pages_a_slice = 0;
  std::optional<sqlite::Connection> connection;
  sqlite3_backup* handle = nullptr;
  bool complete = false;

  void close() {
    if (handle) {
      (void)source();  // the connection is not at work, whatever else is told of it
      sqlite3_backup_finish(std::exchange(handle, nullptr));
    }
    connection.reset();
  }

  ~Copy() {
    close();
    if (!complete && !part.empty()) ::unlink(part.c_str());
  }

  // The last slice is there: makes it durable, then visible.
  Result<void> publish() {
    close();
    OMS_CHECK(sqlite::sync_path(part, O_RDONLY));
    OMS_CHECK(sqlite::publish_file(part, target));
    complete = true;
    return {};
  }
};

Result<std::unique_ptr<SqliteBackup>> SqliteBackup::start(Source source, const std::string& target,
                                                          int pages_a_slice) {
  std::error_code ignored;
  if (std::filesystem::exists(target, ignored)) {
    return fail(ErrorKind::conflict, target + " exists already");
  }
  const auto folder = std::filesystem::absolute(target, ignored).parent_path();
  if (!std::filesystem::is_directory(folder, ignored)) {
    return fail(ErrorKind::invalid, "there is no folder " + folder.string() +
                                        " to put the copy in: create it, or name another");
  }
  auto copy = std::make_unique<Copy>();
  OMS_TRY(auto* const from, source());
  copy->source = std::move(source);
  copy->target = target;
  copy->pages_a_slice = pages_a_slice;
  const auto part = target + ".part";
  std::filesystem::remove(part, ignored);
  auto connection = sqlite::Connection::open(part, sqlite::Access::create);
  if (!connection) {
    return fail(ErrorKind::invalid,
                fmt::format("cannot create {}: {}", part, connection.error().detail));
  }
  copy->part = part;
  copy->connection.emplace(std::move(*connection));
  // A part that is torn is thrown away, so it needs no journal and no sync before the end.
  OMS_CHECK(copy->connection->run("pragma journal_mode = off; pragma synchronous = off"));
  copy->handle = sqlite3_backup_init(copy->connection->handle(), "main", from->handle(), "main");
  if (!copy->handle) return std::unexpected(copy->connection->error("starting the backup"));
  return std::unique_ptr<SqliteBackup>{new SqliteBackup{std::move(copy)}};
}

SqliteBackup::SqliteBackup(std::unique_ptr<Copy> copy) : copy_(std::move(copy)) {}
SqliteBackup::~SqliteBackup() = default;

Result<bool> SqliteBackup::step() {
  if (copy_->complete) return true;
  if (!copy_->handle) return fail(ErrorKind::internal, "the backup has failed");
  OMS_CHECK(copy_->source());
  const int code = sqlite3_backup_step(copy_->handle, copy_->pages_a_slice);
  if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) return false;
  if (code != SQLITE_DONE) {
    auto error = copy_->connection->error("copying to " + copy_->part);
    copy_->close();
    return std::unexpected(std::move(error));
  }
  OMS_CHECK(copy_->publish());
  return true;
}

double SqliteBackup::progress() const {
  if (copy_->complete) return 1;
  if (!copy_->handle) return 0;
  const int total = sqlite3_backup_pagecount(copy_->handle);
  const int remaining = sqlite3_backup_remaining(copy_->handle);
  return total > 0 ? static_cast<double>(total - remaining) / total : 0;
}

}  // namespace oms
