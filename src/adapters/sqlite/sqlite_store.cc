#include "adapters/sqlite/sqlite_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/derived_sums.h"
#include "adapters/sqlite/due_times.h"
#include "adapters/sqlite/file_lock.h"
#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/record_cache.h"
#include "adapters/sqlite/row_reader.h"
#include "adapters/sqlite/row_writer.h"

namespace oms {
namespace {

using sqlite::Connection;
using sqlite::Statement;

Result<Connection> open_connection(const SqliteOptions& options) {
  OMS_TRY(auto connection, Connection::open(options.path, sqlite::Access::create, options.vfs));
  sqlite3_busy_timeout(connection.handle(), static_cast<int>(options.busy.count()));
  // Freed bytes are not overwritten with zeros: no secret ever lies in a record.
  OMS_CHECK(connection.run(
      fmt::format("pragma mmap_size = 0; pragma temp_store = memory; pragma secure_delete = off; "
                  "pragma foreign_keys = off; pragma cache_size = -{}",
                  options.page_cache_bytes / 1024)));
  return connection;
}

// The settings of a file in write-ahead logging, which the migrations have seen to. A log that has
// grown far beyond its checkpoints, because a reader held them back, is cut when it starts anew.
Result<void> set_durability(Connection& connection, const SqliteOptions& options) {
  OMS_CHECK(connection.run(fmt::format(
      "pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma journal_size_limit = {}",
      4 * options.checkpoint_bytes)));
  OMS_TRY(const auto synchronous, connection.ask_integer("pragma synchronous"));
  if (synchronous != 2) return fail(ErrorKind::internal, "SQLite does not sync its commits");
  return {};
}

// Rows are written in the order in which they lie in the file. A key that comes twice would meet
// its own first change.
Result<void> sort_by_key(std::vector<const Change*>& changes) {
  const auto out_of_order = [](const Change* a, const Change* b) { return !(a->key < b->key); };
  if (std::ranges::adjacent_find(changes, out_of_order) == changes.end()) return {};
  std::ranges::sort(changes, [](const Change* a, const Change* b) { return a->key < b->key; });
  const auto twice = std::ranges::adjacent_find(changes, out_of_order);
  if (twice == changes.end()) return {};
  return fail(ErrorKind::conflict, fmt::format("{} {} comes twice in one commit",
                                               (*twice)->key.type->table, (*twice)->key.id.view()));
}

}  // namespace

struct SqliteStore::State {
  State(SqliteOptions given, sqlite::FileLock file_lock, Connection opened,
        std::span<const RecordType* const> types)
      : options(std::move(given)),
        lock(std::move(file_lock)),
        connection(std::move(opened)),
        reader(connection, types),
        writer(connection, types),
        cache(options.cache_bytes),
        due_times(types),
        sums(types) {}

  Result<void> prepare();
  Result<void> step(Statement& statement, std::string_view doing);
  Result<void> write_all();
  Result<void> write_one(const Change& change);
  Result<void> abandon(Error error);
  Result<std::int64_t> sum(const Key& key);
  Result<void> read_missing(std::span<const Key> keys, std::vector<Found>& found);
  Result<void> checkpoint();

  SqliteOptions options;
  sqlite::FileLock lock;
  Connection connection;
  sqlite::RowReader reader;
  sqlite::RowWriter writer;
  sqlite::RecordCache cache;
  sqlite::DueTimes due_times;
  sqlite::DerivedSums sums;
  Statement begin_read;
  Statement begin_write;
  Statement end;
  Statement rollback;
  std::optional<Error> failed;  // the disk has failed: nothing is done any more
  std::size_t page_bytes = 0;
  std::size_t log_bytes = 0;         // of the write-ahead log
  std::size_t next_checkpoint = 0;   // at that size of the log
  std::vector<const Change*> order;  // of the commit at hand, as its rows lie in the file
  std::vector<std::size_t> sizes;    // of its records as JSON
  std::vector<std::size_t> missing;  // keys of the load at hand that are not in the cache
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteOptions options,
                                                       std::span<const RecordType* const> types) {
  for (const auto* type : types) OMS_CHECK(sqlite::check_declaration(*type, types));
  // One file has one lock, whatever links lead to it.
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(options.path, error);
  if (!error) options.path = path.string();
  OMS_TRY(auto lock, sqlite::FileLock::take(options.path));
  OMS_CHECK(sqlite::check_header(options.path));
  OMS_TRY(auto connection, open_connection(options));
  OMS_CHECK(sqlite::migrate(connection, types));
  OMS_CHECK(set_durability(connection, options));
  auto state =
      std::make_unique<State>(std::move(options), std::move(lock), std::move(connection), types);
  OMS_CHECK(state->prepare());
  return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(state)}};
}

SqliteStore::SqliteStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteStore::~SqliteStore() = default;

Result<void> SqliteStore::State::prepare() {
  OMS_TRY(begin_read, connection.prepare("begin"));
  OMS_TRY(begin_write, connection.prepare("begin immediate"));
  OMS_TRY(end, connection.prepare("commit"));
  OMS_TRY(rollback, connection.prepare("rollback"));
  OMS_TRY(const auto page_size, connection.ask_integer("pragma page_size"));
  page_bytes = static_cast<std::size_t>(page_size);
  next_checkpoint = options.checkpoint_bytes;
  // Called after each commit with the number of pages in the log.
  sqlite3_wal_hook(
      connection.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        auto& state = *static_cast<State*>(self);
        state.log_bytes = static_cast<std::size_t>(pages) * state.page_bytes;
        return SQLITE_OK;
      },
      this);
  return {};
}

// --- reading --------------------------------------------------------------------------------

Result<std::vector<Found>> SqliteStore::load(std::span<const Key> keys) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  std::vector<Found> found(keys.size());
  state.missing.clear();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Key& key = keys[i];
    if (key.type->derived) {
      OMS_TRY(const auto sum, state.sum(key));
      found[i].record = Record{*key.type, key.type->from_sum(key.id.view(), sum)};
    } else if (const auto* cached = state.cache.find(key)) {
      found[i] = *cached;
    } else {
      state.missing.push_back(i);
    }
  }
  // One transaction for all rows spares the locks of each; for a single row it costs more.
  const bool several = state.missing.size() > 1;
  if (several) OMS_CHECK(state.step(state.begin_read, "beginning to read"));
  auto read = state.read_missing(keys, found);
  if (several) {
    auto ended = state.step(state.end, "ending a read");
    if (read) read = std::move(ended);
  }
  if (!read) return std::unexpected(std::move(read).error());
  return found;
}

Result<std::int64_t> SqliteStore::State::sum(const Key& key) {
  if (const auto known = sums.find(key)) return *known;
  OMS_TRY(const auto sum, reader.sum(key));
  sums.learn(key, sum);
  return sum;
}

Result<void> SqliteStore::State::read_missing(std::span<const Key> keys,
                                              std::vector<Found>& found) {
  for (const auto i : missing) {
    OMS_TRY(auto row, reader.get(keys[i]));
    if (row.found.version != 0) cache.put(keys[i], row.found, row.bytes);
    found[i] = std::move(row.found);
  }
  return {};
}

Result<std::vector<Key>> SqliteStore::due(const RecordType& type, Time now, std::size_t limit) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  OMS_TRY(const auto next, next_due(type));
  if (!next || *next > now) return std::vector<Key>{};
  return state.reader.due(type, now, limit);
}

Result<std::optional<Time>> SqliteStore::next_due(const RecordType& type) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  if (const auto* known = state.due_times.next(type)) return *known;
  OMS_TRY(const auto next, state.reader.next_due(type));
  state.due_times.learn(type, next);
  return next;
}

Result<Page> SqliteStore::find(const Query& query) {
  if (state_->failed) return std::unexpected(*state_->failed);
  return state_->reader.find(query);
}

// --- writing --------------------------------------------------------------------------------

Result<void> SqliteStore::commit(std::span<const Change> changes) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  state.order.clear();
  for (const auto& change : changes) {
    const bool is_nothing = !change.record && change.expected == 0;
    if (!change.key.type->derived && !is_nothing) state.order.push_back(&change);
  }
  if (state.order.empty()) return {};
  OMS_CHECK(sort_by_key(state.order));
  auto written = state.write_all();
  if (!written) return state.abandon(std::move(written).error());
  for (std::size_t i = 0; i < state.order.size(); ++i) {
    const Change& change = *state.order[i];
    if (change.record) {
      state.cache.put(change.key, {change.record, change.expected + 1}, state.sizes[i]);
    } else {
      state.cache.erase(change.key);
    }
  }
  state.sums.applied();
  return {};
}

Result<void> SqliteStore::State::write_all() {
  OMS_CHECK(step(begin_write, "beginning a commit"));
  sizes.clear();
  for (const auto* change : order) OMS_CHECK(write_one(*change));
  return step(end, "committing");
}

Result<void> SqliteStore::State::write_one(const Change& change) {
  const Record* before = nullptr;
  if (change.expected != 0) {
    const auto* cached = cache.find(change.key);
    if (cached && cached->version == change.expected) before = &cached->record;
  }
  OMS_TRY(const auto size, writer.write(change, before));
  sizes.push_back(size);
  due_times.note(change, before);
  sums.note(change, before);
  return {};
}

// Rolls back, and tells why. Whatever failed, the next load reads the file again.
Result<void> SqliteStore::State::abandon(Error error) {
  cache.clear();
  due_times.forget();
  sums.forget();
  if (connection.in_transaction()) {
    if (auto undone = step(rollback, "rolling back"); !undone) {
      error = undone.error();
      error.kind = ErrorKind::internal;
    }
  }
  if (error.kind == ErrorKind::internal) failed = error;
  return std::unexpected(std::move(error));
}

Result<void> SqliteStore::State::step(Statement& statement, std::string_view doing) {
  const sqlite::Run run{statement};
  if (statement.step() == Statement::Step::done) return {};
  return std::unexpected(connection.error(doing));
}

// --- upkeep ---------------------------------------------------------------------------------

Result<void> SqliteStore::checkpoint_if_due() {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  if (state.log_bytes < state.next_checkpoint) return {};
  return state.checkpoint();
}

Result<void> SqliteStore::State::checkpoint() {
  int pages = 0;
  int written_back = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection.handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, &pages, &written_back);
  if (code != SQLITE_OK) {
    auto error = connection.error("writing the log back");
    if (error.kind == ErrorKind::internal) return abandon(std::move(error));
    // A full disk or a busy file: the log keeps everything, and grows meanwhile.
    next_checkpoint = log_bytes + options.checkpoint_bytes / 4;
    return {};
  }
  // Readers may hold back the last pages. The log starts from its beginning only after all of it
  // was written back, so what remains is tried again soon.
  const bool all = written_back == pages;
  next_checkpoint = all ? options.checkpoint_bytes : log_bytes + options.checkpoint_bytes / 16;
  if (all) log_bytes = 0;
  return {};
}

Result<std::unique_ptr<SqliteBackup>> SqliteStore::start_backup(const std::string& target,
                                                                int pages_a_slice) {
  if (state_->failed) return std::unexpected(*state_->failed);
  return SqliteBackup::start(state_->connection, target, pages_a_slice);
}

}  // namespace oms
