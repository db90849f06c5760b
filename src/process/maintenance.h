#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_store.h"
#include "process/housekeeping.h"
#include "process/settings.h"

namespace oms::process {

// What happens to the store between two batches, on the runtime's thread: slices of backups,
// housekeeping. `request_backup` may be called from any thread.
class Maintenance {
 public:
  using Done = std::move_only_function<void(Result<void>)>;

  Maintenance(SqliteStore& store, const Settings& settings)
      : store_(store), housekeeping_(store, settings) {}

  // Copies the whole file to `path`, which must not exist. One at a time; others wait their turn.
  void request_backup(std::string path, Done done);

  bool is_due(Time now) const;
  Result<void> run(Time now);

 private:
  struct Request {
    std::string path;
    Done done;
  };
  void step_backup();

  SqliteStore& store_;
  Housekeeping housekeeping_;
  std::mutex mutex_;
  std::vector<Request> waiting_;
  std::atomic<std::size_t> backups_waiting_{0};  // as many as `waiting_` holds
  std::unique_ptr<SqliteBackup> backup_;         // of the first request
};

}  // namespace oms::process
