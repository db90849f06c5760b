#include "adapters/simulated/sql.h"

#include <sqlite3.h>

#include <algorithm>

namespace oms::simulated {
namespace {

// The disk's own failures, and a file that is not what it was.
bool is_lasting(int code) {
  switch (code & 0xFF) {
    case SQLITE_IOERR:
      return code != SQLITE_IOERR_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return true;
    default:
      return false;
  }
}

[[noreturn]] void fail_with(sqlite3* handle, const std::string& doing) {
  throw SqlError{doing + ": " + sqlite3_errmsg(handle),
                 is_lasting(sqlite3_extended_errcode(handle))};
}

void require(sqlite3_stmt* handle, int code) {
  if (code != SQLITE_OK) fail_with(sqlite3_db_handle(handle), "cannot bind a value");
}

int on_commit(void* pages, sqlite3*, const char*, int log_pages) {
  *static_cast<int*>(pages) = log_pages;
  return SQLITE_OK;
}

}  // namespace

Statement::Row::~Row() {
  sqlite3_reset(handle_);
}

bool Statement::Row::next() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail_with(sqlite3_db_handle(handle_), sqlite3_sql(handle_));
}

std::int64_t Statement::Row::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::Row::text(int column) const {
  const void* text = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return text == nullptr ? std::string_view{}
                         : std::string_view{static_cast<const char*>(text), size};
}

Id Statement::Row::id(int column) const {
  const auto bytes = text(column);
  Id::Bytes id{};
  if (bytes.size() != id.size()) throw SqlError{"an id in the ledger is not 12 bytes", true};
  std::ranges::transform(bytes, id.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return Id{id};
}

bool Statement::Row::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

void Statement::bind(int index, std::int64_t value) {
  require(handle_.get(), sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::bind(int index, std::string_view value) {
  require(handle_.get(), sqlite3_bind_text(handle_.get(), index, value.data(),
                                           static_cast<int>(value.size()), nullptr));
}

void Statement::bind(int index, const Id& value) {
  require(handle_.get(), sqlite3_bind_blob(handle_.get(), index, value.bytes().data(),
                                           static_cast<int>(value.bytes().size()), nullptr));
}

void Statement::bind(int index, const std::optional<Id>& value) {
  if (value) return bind(index, *value);
  require(handle_.get(), sqlite3_bind_null(handle_.get(), index));
}

int Statement::changes() const {
  return sqlite3_changes(sqlite3_db_handle(handle_.get()));
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Database::Database(const std::string& path, Access access) : log_pages_(std::make_unique<int>(0)) {
  const int flags =
      access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail_with(handle, "cannot open " + path);
  sqlite3_busy_timeout(handle, 2000);
  if (access == Access::read_only) return;
  // Every transaction reaches the disk before it is answered. This connection alone checkpoints,
  // between its transactions: older SQLite can spoil a log that two connections work on.
  execute(
      "pragma journal_mode=wal; pragma synchronous=full; pragma mmap_size=0;"
      "pragma wal_autocheckpoint=0; pragma cache_size=-16384; pragma temp_store=memory;");
  sqlite3_wal_hook(handle, on_commit, log_pages_.get());
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    fail_with(handle_.get(), std::string{sql});
  }
  return Statement{statement};
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail_with(handle_.get(), sql);
  }
}

void Database::roll_back() noexcept {
  const bool in_transaction = sqlite3_get_autocommit(handle_.get()) == 0;
  if (in_transaction) sqlite3_exec(handle_.get(), "rollback", nullptr, nullptr, nullptr);
}

void Database::checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED) {
    fail_with(handle_.get(), "cannot checkpoint");
  }
}

}  // namespace oms::simulated
