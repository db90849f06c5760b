#include "adapters/sqlite_connection/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

namespace oms::sqlite {
namespace {

// SQLite counts every allocation under a global lock unless it is told not to before its first
// use.
[[maybe_unused]] const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

// A write that found no room or no memory, or the same of the shared index beside the file: the
// transaction rolls back, and nothing is left in doubt.
bool is_want_of_room(sqlite3* connection) {
  const int reason = sqlite3_system_errno(connection);
  switch (sqlite3_extended_errcode(connection)) {
    case SQLITE_IOERR_NOMEM:
    case SQLITE_IOERR_SHMSIZE:
      return true;
    case SQLITE_IOERR_WRITE:
      return reason == ENOSPC || reason == EDQUOT;
    default:
      return false;
  }
}

bool may_go_better_later(sqlite3* connection) {
  switch (sqlite3_errcode(connection) & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
      return true;
    case SQLITE_IOERR:
      return is_want_of_room(connection);
    default:
      return false;
  }
}

}  // namespace

Error error_of(sqlite3* connection, std::string_view doing) {
  const int code = sqlite3_extended_errcode(connection);
  const int system_error = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN
                               ? sqlite3_system_errno(connection)
                               : 0;
  return {may_go_better_later(connection) ? ErrorKind::unavailable : ErrorKind::internal,
          fmt::format("{}: {} (SQLite {}{})", doing, sqlite3_errmsg(connection), code,
                      system_error ? fmt::format(", errno {}", system_error) : "")};
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

void Statement::bind(int index, std::string_view text) {
  // SQLite takes a null pointer for NULL, even with a size of 0.
  sqlite3_bind_text64(handle_.get(), index, text.data() ? text.data() : "", text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(int index, std::int64_t number) {
  sqlite3_bind_int64(handle_.get(), index, number);
}

void Statement::bind_blob(int index, std::span<const std::uint8_t> bytes) {
  sqlite3_bind_blob64(handle_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int index) {
  sqlite3_bind_null(handle_.get(), index);
}

Statement::Step Statement::step() {
  switch (sqlite3_step(handle_.get())) {
    case SQLITE_ROW:
      return Step::row;
    case SQLITE_DONE:
      return Step::done;
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
      return Step::duplicate;
    default:
      return Step::failed;
  }
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return bytes ? std::string_view{static_cast<const char*>(bytes), size} : std::string_view{};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

Result<void> Statement::run(std::string_view doing) {
  const Run run{*this};
  if (step() == Step::done) return {};
  return std::unexpected(error(doing));
}

int Statement::changed_rows() const {
  return sqlite3_changes(sqlite3_db_handle(handle_.get()));
}

Error Statement::error(std::string_view doing) const {
  return error_of(sqlite3_db_handle(handle_.get()), doing);
}

void Connection::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Result<Connection> Connection::open(const std::string& path, Access access,
                                    const std::string& vfs) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (access == Access::create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  // Debian's SQLite takes what begins with "file:" for a URI (https://sqlite.org/uri.html).
  const auto file = path.starts_with("file:") ? "./" + path : path;
  const int code =
      sqlite3_open_v2(file.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  Connection connection;
  connection.handle_.reset(handle);
  if (code != SQLITE_OK) {
    if (!handle) return fail(ErrorKind::unavailable, "no memory to open " + path);
    return std::unexpected(connection.error("opening " + path));
  }
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(fmt::format("preparing \"{}\"", sql)));
  return Statement{statement};
}

Result<void> Connection::run(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(error(fmt::format("running \"{}\"", sql)));
  }
  return {};
}

Result<std::int64_t> Connection::ask_integer(std::string_view sql) {
  OMS_TRY(Statement statement, prepare(sql));
  if (statement.step() != Statement::Step::row) return std::unexpected(error(sql));
  return statement.integer(0);
}

Result<std::string> Connection::ask_text(std::string_view sql) {
  OMS_TRY(Statement statement, prepare(sql));
  if (statement.step() != Statement::Step::row) return std::unexpected(error(sql));
  return std::string{statement.text(0)};
}

void Connection::set_busy_timeout(std::chrono::milliseconds timeout) {
  sqlite3_busy_timeout(handle(), static_cast<int>(timeout.count()));
}

void Connection::count_log_pages(int& pages) {
  sqlite3_wal_hook(
      handle(),
      [](void* counted, sqlite3*, const char*, int log_pages) {
        *static_cast<int*>(counted) = log_pages;
        return SQLITE_OK;
      },
      &pages);
}

Result<Connection::Checkpoint> Connection::checkpoint() {
  Checkpoint done;
  if (sqlite3_wal_checkpoint_v2(handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &done.log_pages,
                                &done.copied_pages) != SQLITE_OK) {
    return std::unexpected(error("writing the log back"));
  }
  return done;
}

Result<void> Connection::empty_log() {
  if (sqlite3_wal_checkpoint_v2(handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) !=
      SQLITE_OK) {
    return std::unexpected(error("emptying the log"));
  }
  return {};
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(handle()) == 0;
}

}  // namespace oms::sqlite
