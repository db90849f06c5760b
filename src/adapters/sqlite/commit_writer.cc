#include "adapters/sqlite/commit_writer.h"

#include <pthread.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace oms::sqlite {

namespace {

// The parts of the log, at most, after which it is written back, so many that no commit waits long
// for one; and the last, whose sync is waited for.
constexpr std::size_t slices = 16;
constexpr std::size_t last_slice_max = 4U << 20U;

constexpr auto sync_failed = "the disk has failed to sync the file after the log was written back";

}  // namespace

Result<std::unique_ptr<CommitWriter>> CommitWriter::start(Parts parts, RecordTypes types) {
  std::unique_ptr<CommitWriter> writer{new CommitWriter{std::move(parts), types}};
  OMS_CHECK(writer->prepare());
  writer->thread_ = std::thread{[self = writer.get()] { self->run(); }};
  ::pthread_setname_np(writer->thread_.native_handle(), "oms-commit");
  return writer;
}

CommitWriter::CommitWriter(Parts parts, RecordTypes types)
    : files_(std::move(parts.files)),
      connection_(std::move(parts.writing)),
      pinning_(std::move(parts.pinning)),
      gathered_(std::move(parts.gathered)),
      writer_(connection_, types),
      log_max_(parts.log_max),
      next_checkpoint_(log_max_ / slices) {}

CommitWriter::~CommitWriter() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (is_pinned_) (void)unpin();  // it only reads
  gathered_->unload();
}

Result<void> CommitWriter::prepare() {
  OMS_CHECK(gathered_->prepare(connection_));
  OMS_TRY(begin_, connection_.prepare("begin immediate"));
  OMS_TRY(end_, connection_.prepare("commit"));
  OMS_TRY(rollback_, connection_.prepare("rollback"));
  OMS_TRY(const auto bytes, connection_.ask_integer("pragma page_size"));
  page_bytes_ = static_cast<std::size_t>(bytes);
  connection_.count_log_pages(log_pages_);
  // The pin opens its files now, and not when there may be none left to be opened.
  OMS_CHECK(pin());
  return unpin();
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
  if (!failed_ && !files_->wait()) failed_ = Error{ErrorKind::internal, sync_failed};
  if (failed_) return std::unexpected(*failed_);
  return &connection_;
}

Result<void> CommitWriter::empty_log() {
  OMS_CHECK(rest());
  if (is_pinned_) OMS_CHECK(unpin());
  return connection_.empty_log();
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
    auto upkeep = is_failed ? Result<void>{} : write_log_back();
    lock.lock();
    if (!upkeep) {
      failed_ = std::move(upkeep).error();
      failed_->kind = ErrorKind::internal;
    }
    is_busy_ = false;
    changed_.notify_all();
  }
}

Result<void> CommitWriter::write(std::span<RowChange> rows) {
  auto written = write_all(rows);
  if (written || !connection_.in_transaction()) return written;
  if (auto undone = rollback_.run("rolling back"); !undone) {
    written = std::move(undone);
    written.error().kind = ErrorKind::internal;
  }
  return written;
}

Result<void> CommitWriter::write_all(std::span<RowChange> rows) try {
  OMS_CHECK(begin_.run("beginning a commit"));
  OMS_CHECK(gathered_->write(connection_, rows));
  OMS_CHECK(writer_.write(rows));
  OMS_CHECK(end_.run("committing"));
  gathered_->committed();
  return {};
} catch (const std::exception& problem) {
  return fail(ErrorKind::internal, std::string{"a record cannot be written: "} + problem.what());
}

Result<void> CommitWriter::write_log_back() {
  if (log_bytes() < written_back_) {  // it has started over
    written_back_ = 0;
    next_checkpoint_ = log_max_ / slices;
  }
  if (files_->is_syncing()) return {};
  if (!files_->wait()) return fail(ErrorKind::internal, sync_failed);
  if (is_pinned_) OMS_CHECK(unpin());
  if (log_bytes() < next_checkpoint_) return {};
  // Where more comes than can be synced meanwhile, the log would grow without end.
  const bool is_small = log_bytes() - written_back_ <= last_slice_max;
  const bool is_last = log_bytes() >= log_max_ && (is_small || log_bytes() >= 2 * log_max_);
  if (!is_last) {
    if (auto pinned = pin(); !pinned) {
      if (is_pinned_) (void)unpin();
      return put_off(std::move(pinned).error());
    }
  }
  return checkpoint();
}

// A full disk or a busy file: the log keeps everything, and grows meanwhile.
Result<void> CommitWriter::put_off(Error error) {
  if (error.kind == ErrorKind::internal) return std::unexpected(std::move(error));
  next_checkpoint_ = log_bytes() + log_max_ / slices;
  return {};
}

Result<void> CommitWriter::checkpoint() {
  auto done = connection_.checkpoint();
  if (!done) return put_off(std::move(done).error());
  written_back_ = static_cast<std::size_t>(done->copied_pages) * page_bytes_;
  if (done->copied_pages < done->log_pages) {  // readers hold back the last pages
    next_checkpoint_ = log_bytes() + log_max_ / 16;
  } else {
    next_checkpoint_ = log_bytes() + (log_bytes() < log_max_ ? log_max_ / slices : 1);
  }
  return {};
}

// A transaction that has read the newest state: while it lasts the log cannot start over.
Result<void> CommitWriter::pin() {
  OMS_CHECK(pinning_.run("begin"));
  is_pinned_ = true;
  OMS_CHECK(pinning_.ask_integer("select count(*) from sqlite_schema"));
  return {};
}

Result<void> CommitWriter::unpin() {
  is_pinned_ = false;
  return pinning_.run("commit");
}

}  // namespace oms::sqlite
