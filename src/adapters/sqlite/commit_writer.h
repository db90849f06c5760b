#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/sqlite/gathered_index.h"
#include "adapters/sqlite/log_file_system.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/row_writer.h"
#include "adapters/sqlite_connection/connection.h"
#include "ports/store.h"

namespace oms::sqlite {

// Writes commits over the one writing connection, on a thread of its own, and writes the log back
// between them. `begin`, `finish` and `rest` are called by one thread, in that order.
//
// The log is written back in slices while it grows; what was written back is synced in the
// background, and meanwhile a reading connection keeps the log from starting over. Once the log is
// `log_max` long the slices become ever smaller, until the last one is so small that the next
// commit can wait for its sync and start the log over.
class CommitWriter {
 public:
  struct Parts {
    std::unique_ptr<LogFileSystem> files;
    Connection writing;  // opened through `files`
    Connection pinning;  // reads, past them
    std::shared_ptr<GatheredIndexes> gathered;
    std::size_t log_max;
  };
  static Result<std::unique_ptr<CommitWriter>> start(Parts parts, RecordTypes types);
  // Finishes what it writes.
  ~CommitWriter();
  CommitWriter(const CommitWriter&) = delete;
  CommitWriter& operator=(const CommitWriter&) = delete;

  // The rows stay where they are, and are the writer's, until `finish`. `done` is called when that
  // need not wait.
  void begin(std::span<RowChange> rows, std::function<void()> done);

  // After `internal` the file cannot be trusted any more, and nothing is written to it.
  Result<void> finish();

  // Waits until nothing is written any more. The connection is then the caller's until `begin`.
  Result<Connection*> rest();

  // The same, and nothing is left of the log: what it had is in the file. `unavailable` while
  // somebody reads what it holds.
  Result<void> empty_log();

 private:
  CommitWriter(Parts parts, RecordTypes types);
  Result<void> prepare();
  void run();
  Result<void> write(std::span<RowChange> rows);
  Result<void> write_all(std::span<RowChange> rows);
  Result<void> write_log_back();
  Result<void> checkpoint();
  Result<void> put_off(Error error);
  Result<void> pin();
  Result<void> unpin();
  std::size_t log_bytes() const { return static_cast<std::size_t>(log_pages_) * page_bytes_; }

  std::unique_ptr<LogFileSystem> files_;
  Connection connection_;
  Connection pinning_;
  std::shared_ptr<GatheredIndexes> gathered_;
  RowWriter writer_;
  Statement begin_;
  Statement end_;
  Statement rollback_;
  const std::size_t log_max_;
  std::size_t page_bytes_ = 0;
  int log_pages_ = 0;
  std::size_t written_back_ = 0;     // of those
  std::size_t next_checkpoint_ = 0;  // at that size of the log
  bool is_pinned_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::span<RowChange> rows_;
  std::function<void()> done_;
  std::optional<Result<void>> outcome_;  // of what was begun
  std::optional<Error> failed_;          // the disk has failed: nothing is done any more
  bool is_busy_ = false;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace oms::sqlite
