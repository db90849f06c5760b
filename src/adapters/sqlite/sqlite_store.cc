#include "adapters/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "adapters/sqlite/commit_writer.h"
#include "adapters/sqlite/derived_sums.h"
#include "adapters/sqlite/due_times.h"
#include "adapters/sqlite/file_lock.h"
#include "adapters/sqlite/gathered_index.h"
#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/record_cache.h"
#include "adapters/sqlite/row_reader.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms {
namespace {

using sqlite::Connection;
using sqlite::RowChange;
using sqlite::Statement;

// The log's index outlives its writer while any other process has the file open, and may say that
// the log was written back, though the sync of that was lost with the writer. Without its header
// SQLite rebuilds it, as after a writer that has crashed, and all of the log is written back
// once more. The header is there twice (https://sqlite.org/walformat.html, 2.2).
Result<void> distrust_log_index(const std::string& path) {
  constexpr std::array<char, 96> nothing{};
  const int file = ::open((path + "-shm").c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return {};
  const bool is_blank = file >= 0 && (::lseek(file, 0, SEEK_END) == 0 ||
                                      ::pwrite(file, nothing.data(), nothing.size(), 0) ==
                                          static_cast<ssize_t>(nothing.size()));
  if (file >= 0) ::close(file);
  if (is_blank) return {};
  return fail(ErrorKind::unavailable, "cannot write to " + path + "-shm");
}

Result<Connection> open_writing(const SqliteOptions& options, const std::string& vfs) {
  OMS_TRY(auto connection, Connection::open(options.path, sqlite::Access::create, vfs));
  connection.set_busy_timeout(options.busy);
  // Freed bytes are overwritten with zeros: whose data is erased is not to be found in the file.
  OMS_CHECK(connection.run(
      fmt::format("pragma mmap_size = 0; pragma temp_store = memory; pragma secure_delete = on; "
                  "pragma foreign_keys = off; pragma synchronous = full; pragma cache_size = -{}",
                  options.page_cache_bytes / 1024)));
  return connection;
}

// The settings of a file in write-ahead logging, which the migrations have seen to. A log that has
// grown far beyond its checkpoints, because a reader held them back, is cut when it starts over.
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
Result<void> sort_by_key(std::vector<RowChange>& rows) {
  const auto key = [](const RowChange& row) -> const Key& { return row.change->key; };
  const auto out_of_order = [](const Key& a, const Key& b) { return !(a < b); };
  if (std::ranges::adjacent_find(rows, out_of_order, key) == rows.end()) return {};
  std::ranges::sort(rows, std::less<>{}, key);
  const auto twice = std::ranges::adjacent_find(rows, out_of_order, key);
  if (twice == rows.end()) return {};
  return fail(ErrorKind::conflict, fmt::format("{} {} comes twice in one commit",
                                               key(*twice).type->table, key(*twice).id.view()));
}

// Reads while a commit is being written: its own connection, and few pages, since each commit of
// another connection empties them.
Result<Connection> open_reading(const SqliteOptions& options) {
  OMS_TRY(auto connection, Connection::open(options.path, sqlite::Access::read_only, options.vfs));
  connection.set_busy_timeout(options.busy);
  OMS_CHECK(
      connection.run("pragma query_only = on; pragma mmap_size = 0; "
                     "pragma temp_store = memory; pragma cache_size = -2000"));
  return connection;
}

}  // namespace

struct SqliteStore::State {
  State(const SqliteOptions& options, sqlite::FileLock file_lock, Connection reading_connection,
        std::unique_ptr<sqlite::CommitWriter> commit_writer,
        std::shared_ptr<const sqlite::GatheredIndexes> gathered_indexes,
        std::span<const RecordType* const> types)
      : lock(std::move(file_lock)),
        writer(std::move(commit_writer)),
        reading(std::move(reading_connection)),
        gathered(std::move(gathered_indexes)),
        reader(reading, types, gathered),
        cache(options.cache_bytes),
        due_times(types),
        sums(types) {}

  Result<void> prepare();
  Result<void> plan(std::span<const Change> changes);
  void remember();
  void forget();
  Result<void> read_missing(std::span<const Key> keys, std::vector<Found>& found);

  std::vector<RowChange> rows;     // of the current commit; the writer may still be at them
  std::vector<RowChange> written;  // of the one before it

  sqlite::FileLock lock;
  std::unique_ptr<sqlite::CommitWriter>
      writer;  // outlives `reading`: the last to close clears the log
  Connection reading;
  std::shared_ptr<const sqlite::GatheredIndexes> gathered;
  sqlite::RowReader reader;
  sqlite::RecordCache cache;
  sqlite::DueTimes due_times;
  sqlite::DerivedSums sums;
  Statement begin_read;
  Statement end_read;
  std::optional<Error> failed;       // the disk has failed: nothing is done any more
  Result<void> planned;              // why the current commit has not begun, if it has not
  std::vector<std::size_t> missing;  // keys of the current load that are not in the cache
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
  OMS_CHECK(distrust_log_index(options.path));
  auto files = std::make_unique<sqlite::LogFileSystem>(options.vfs);
  OMS_TRY(auto connection, open_writing(options, files->name()));
  OMS_CHECK(sqlite::migrate(connection, types, options.tell_upgrade));
  OMS_CHECK(set_durability(connection, options));
  OMS_TRY(auto reading, open_reading(options));
  OMS_TRY(auto pinning, open_reading(options));
  auto gathered = std::make_shared<sqlite::GatheredIndexes>(types, options.gathered_rows);
  OMS_TRY(auto writer, sqlite::CommitWriter::start({.files = std::move(files),
                                                    .writing = std::move(connection),
                                                    .pinning = std::move(pinning),
                                                    .gathered = gathered,
                                                    .log_max = options.checkpoint_bytes},
                                                   types));
  auto state = std::make_unique<State>(options, std::move(lock), std::move(reading),
                                       std::move(writer), std::move(gathered), types);
  OMS_CHECK(state->prepare());
  return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(state)}};
}

SqliteStore::SqliteStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteStore::~SqliteStore() = default;

Result<void> SqliteStore::State::prepare() {
  OMS_TRY(begin_read, reading.prepare("begin"));
  OMS_TRY(end_read, reading.prepare("commit"));
  return sums.load(reader);
}

// --- reading --------------------------------------------------------------------------------

Result<std::vector<Found>> SqliteStore::load(std::span<const Key> keys, Hold) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  std::vector<Found> found(keys.size());
  state.missing.clear();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Key& key = keys[i];
    if (key.type->derived) {
      found[i].record = Record{*key.type, key.type->from_sum(key.id.view(), state.sums.find(key))};
    } else if (const auto* cached = state.cache.find(key)) {
      found[i] = *cached;
    } else {
      state.missing.push_back(i);
    }
  }
  // One transaction for all rows takes the locks once; for a single row it costs more.
  const bool several = state.missing.size() > 1;
  if (several) OMS_CHECK(state.begin_read.run("beginning to read"));
  auto read = state.read_missing(keys, found);
  if (several) {
    auto ended = state.end_read.run("ending a read");
    if (read) read = std::move(ended);
  }
  if (!read) return std::unexpected(std::move(read).error());
  return found;
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

std::shared_ptr<const sqlite::GatheredIndexes> SqliteStore::gathered() const {
  return state_->gathered;
}

// --- writing --------------------------------------------------------------------------------

Result<void> SqliteStore::commit(std::span<const Change> changes) {
  begin_commit(changes, [] {});
  return finish_commit([] {});
}

void SqliteStore::begin_commit(std::span<const Change> changes, std::function<void()> done) {
  State& state = *state_;
  state.planned = state.plan(changes);
  if (!state.planned) state.rows.clear();
  if (state.rows.empty()) {
    done();
  } else {
    state.writer->begin(state.rows, std::move(done));
  }
}

Result<void> SqliteStore::finish_commit(const std::function<void()>& next) {
  State& state = *state_;
  auto outcome = std::exchange(state.planned, Result<void>{});
  if (!state.rows.empty()) outcome = state.writer->finish();
  std::swap(state.rows, state.written);
  if (outcome) {
    next();
    state.remember();
  } else if (!state.written.empty()) {
    state.forget();
    if (outcome.error().kind == ErrorKind::internal) state.failed = outcome.error();
  }
  state.written.clear();
  return outcome;
}

// The rows to write, and how they are now as far as that is known or matters.
Result<void> SqliteStore::State::plan(std::span<const Change> changes) {
  rows.clear();
  if (failed) return std::unexpected(*failed);
  for (const auto& change : changes) {
    const bool is_nothing = !change.record && change.expected == 0;
    if (change.key.type->derived || is_nothing) continue;  // nobody else changes the sums
    auto& row = rows.emplace_back(RowChange{.change = &change});
    if (change.expected == 0) continue;
    row.before = change.before;
    if (row.before || !sums.are_over(*change.key.type)) continue;
    OMS_TRY(auto read, reader.get(change.key));
    if (read.found.version == change.expected) row.before = std::move(read.found.record);
  }
  return sort_by_key(rows);
}

void SqliteStore::State::remember() {
  for (const auto& row : written) {
    const Change& change = *row.change;
    due_times.note(change, row.before ? &row.before : nullptr);
    sums.note(change, row.before);
    if (change.record) {
      cache.put(change.key, {change.record, change.expected + 1}, row.json_bytes);
    } else {
      cache.erase(change.key);
    }
  }
}

// A commit has failed: whatever is in the file, the next load reads it again.
void SqliteStore::State::forget() {
  cache.clear();
  due_times.forget();
  auto loaded = sums.load(reader);
  if (loaded) return;
  failed = std::move(loaded).error();
  failed->kind = ErrorKind::internal;  // without the sums nothing can be decided
}

// --- upkeep ---------------------------------------------------------------------------------

Result<void> SqliteStore::settle() {
  OMS_CHECK(state_->writer->rest());
  return {};
}

Result<void> SqliteStore::wipe_freed() {
  if (state_->failed) return std::unexpected(*state_->failed);
  return state_->writer->empty_log();
}

Result<std::unique_ptr<SqliteBackup>> SqliteStore::start_backup(const std::string& target,
                                                                int pages_a_slice) {
  return SqliteBackup::start([writer = state_->writer.get()] { return writer->rest(); }, target,
                             pages_a_slice);
}

}  // namespace oms
