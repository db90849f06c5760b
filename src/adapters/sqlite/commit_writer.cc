#include "adapters/sqlite/commit_writer.h"

#include <sqlite3.h>

#include <memory>
#include <utility>

namespace oms::sqlite {

Result<std::unique_ptr<CommitWriter>> CommitWriter::start(Connection connection, RecordTypes types,
                                                          std::size_t checkpoint_bytes) {
  std::unique_ptr<CommitWriter> writer{
      new CommitWriter{std::move(connection), types, checkpoint_bytes}};
  OMS_CHECK(writer->prepare());
  writer->thread_ = std::thread{[self = writer.get()] { self->run(); }};
  return writer;
}

CommitWriter::CommitWriter(Connection connection, RecordTypes types, std::size_t checkpoint_bytes)
    : connection_(std::move(connection)),
      writer_(connection_, types),
      checkpoint_bytes_(checkpoint_bytes),
      next_checkpoint_(checkpoint_bytes) {}

CommitWriter::~CommitWriter() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> CommitWriter::prepare() {
  OMS_TRY(begin_, connection_.prepare("begin immediate"));
  OMS_TRY(end_, connection_.prepare("commit"));
  OMS_TRY(rollback_, connection_.prepare("rollback"));
  OMS_TRY(const auto bytes, connection_.ask_integer("pragma page_size"));
  page_bytes_ = static_cast<std::size_t>(bytes);
  // Called after each commit with the number of pages in the log.
  sqlite3_wal_hook(
      connection_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        auto& writer = *static_cast<CommitWriter*>(self);
        writer.log_bytes_ = static_cast<std::size_t>(pages) * writer.page_bytes_;
        return SQLITE_OK;
      },
      this);
  return {};
}

// --- the caller's side ------------------------------------------------------------------------

void CommitWriter::begin(std::span<RowChange> rows, std::function<void()> done) {
  {
    std::unique_lock lock{mutex_};
    rows_ = rows;
    done_ = std::move(done);
    outcome_.reset();
  }
  changed_.notify_all();
}

Result<void> CommitWriter::finish() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return outcome_.has_value(); });
  return *std::exchange(outcome_, std::nullopt);
}

Result<Connection*> CommitWriter::rest() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return !is_busy_ && rows_.empty(); });
  if (failed_) return std::unexpected(*failed_);
  return &connection_;
}

// --- the writer's side ------------------------------------------------------------------------

void CommitWriter::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return is_stopped_ || !rows_.empty(); });
    if (rows_.empty()) return;
    is_busy_ = true;
    const auto rows = std::exchange(rows_, {});
    const auto done = std::exchange(done_, {});
    auto outcome = failed_ ? Result<void>{std::unexpected(*failed_)} : Result<void>{};
    lock.unlock();
    if (outcome) outcome = write(rows);
    const bool is_failed = !outcome && outcome.error().kind == ErrorKind::internal;
    lock.lock();
    if (is_failed) failed_ = outcome.error();
    outcome_ = std::move(outcome);
    lock.unlock();
    changed_.notify_all();
    done();
    auto upkeep = is_failed ? Result<void>{} : checkpoint_if_due();
    lock.lock();
    if (!upkeep) failed_ = std::move(upkeep).error();
    is_busy_ = false;
    changed_.notify_all();
  }
}

Result<void> CommitWriter::write(std::span<RowChange> rows) {
  auto written = write_all(rows);
  if (written || !connection_.in_transaction()) return written;
  if (auto undone = step(rollback_, "rolling back"); !undone) {
    written = std::move(undone);
    written.error().kind = ErrorKind::internal;
  }
  return written;
}

Result<void> CommitWriter::write_all(std::span<RowChange> rows) {
  OMS_CHECK(step(begin_, "beginning a commit"));
  for (auto& row : rows) {
    OMS_TRY(row.bytes, writer_.write(*row.change, row.before ? &row.before : nullptr));
  }
  return step(end_, "committing");
}

Result<void> CommitWriter::step(Statement& statement, std::string_view doing) {
  const Run run{statement};
  if (statement.step() == Statement::Step::done) return {};
  return std::unexpected(connection_.error(doing));
}

Result<void> CommitWriter::checkpoint_if_due() {
  if (log_bytes_ < next_checkpoint_) return {};
  int pages = 0;
  int written_back = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, &pages, &written_back);
  if (code != SQLITE_OK) {
    auto error = connection_.error("writing the log back");
    if (error.kind == ErrorKind::internal) return std::unexpected(std::move(error));
    // A full disk or a busy file: the log keeps everything, and grows meanwhile.
    next_checkpoint_ = log_bytes_ + checkpoint_bytes_ / 4;
    return {};
  }
  // Readers may hold back the last pages. The log starts from its beginning only after all of it
  // was written back, so what remains is tried again soon.
  const bool all = written_back == pages;
  next_checkpoint_ = all ? checkpoint_bytes_ : log_bytes_ + checkpoint_bytes_ / 16;
  if (all) log_bytes_ = 0;
  return {};
}

}  // namespace oms::sqlite
