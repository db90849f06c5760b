#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/backup.h"
#include "adapters/sqlite/upgrade_progress.h"
#include "base/result.h"
#include "ports/store.h"

namespace oms {

namespace sqlite {
class GatheredIndexes;
}

struct SqliteOptions {
  std::string path;

  std::size_t cache_bytes = 48U << 20U;       // records kept ready, by estimate
  std::size_t page_cache_bytes = 16U << 20U;  // pages that the writing connection keeps
  std::size_t checkpoint_bytes = 64U << 20U;  // of write-ahead log, then it is written back
  std::size_t gathered_rows = 65'536;         // new rows in one lot of a gathered index
  std::chrono::milliseconds busy{2000};       // how long to wait for a tool that holds the file
  std::string vfs = {};                       // tests put a file system that fails here
  sqlite::TellUpgrade tell_upgrade = {};      // of a file that an older version has written
};

// All records of one process in one SQLite file.
//
// One connection writes and checkpoints, on a thread of the store's own; others only read. A commit
// has finished after the disk has confirmed it. Loads of records that it does not change may go on
// meanwhile. When the disk fails to, the file cannot be trusted until it is reopened: that
// call and all later ones fail with `internal`, and the process should exit. A full disk rolls
// back, fails with `unavailable`, and heals by itself.
class SqliteStore final : public Store {
 public:
  // Takes the file for this process; creates or migrates it. The types must outlive the store.
  static Result<std::unique_ptr<SqliteStore>> open(SqliteOptions options,
                                                   std::span<const RecordType* const> types);
  ~SqliteStore() override;

  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override;
  Result<void> commit(std::span<const Change> changes) override;
  void begin_commit(std::span<const Change> changes, std::function<void()> done) override;
  Result<void> finish_commit(const std::function<void()>& next) override;
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override;
  Result<std::optional<Time>> next_due(const RecordType& type) override;
  Result<Page> find(const Query& query) override;
  // What is freed is zeroed with the commit that frees it; the log still has it.
  Result<void> wipe_freed() override;

  // What a reader needs to find by a gathered index.
  std::shared_ptr<const sqlite::GatheredIndexes> gathered() const;

  // Waits until the log is written back, if that is going on after the last commit.
  Result<void> settle();

  // The backup must be gone before the store is.
  Result<std::unique_ptr<SqliteBackup>> start_backup(const std::string& target,
                                                     int pages_a_slice = 128);

 private:
  struct State;
  explicit SqliteStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace oms
