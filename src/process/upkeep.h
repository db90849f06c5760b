#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "process/clock_floor.h"
#include "process/erasure.h"
#include "process/housekeeping.h"
#include "process/outage_log.h"
#include "process/settings.h"
#include "runtime/runtime.h"

namespace oms::process {

// Begins a copy of the whole store at that path, which must not exist. Each further step is a
// slice, between two commits; true when the copy is complete and durable.
using BackupStep = std::move_only_function<Result<bool>()>;
using StartBackup = std::function<Result<BackupStep>(const std::string& path)>;

// What a store needs between two batches, on the runtime's thread: slices of backups,
// housekeeping, erasures, and a note of how far the clock has got. `request_backup` may be called
// from any thread.
class Upkeep {
 public:
  using Done = std::move_only_function<void(Result<void>)>;

  Upkeep(Store& store, const runtime::Services& services, StartBackup start_backup,
         const Settings& settings, OutageLog log, Peers* peers = nullptr)
      : start_backup_(std::move(start_backup)),
        housekeeping_(store, services, settings, peers),
        clock_note_(store),
        log_(std::move(log)) {}

  // Once, before the first `run`.
  void set_erasure(std::unique_ptr<Erasure> erasure) { erasure_ = std::move(erasure); }

  // Copies the whole store. One at a time; others wait their turn.
  void request_backup(std::string path, Done done);

  // `batches`: how many the runtime has decided.
  bool is_due(Time now, std::uint64_t batches) const;
  Result<void> run(Time now, std::uint64_t batches);

 private:
  struct Request {
    std::string path;
    Done done;
  };
  void step_backup();
  std::optional<Result<void>> step(const std::string& path);

  StartBackup start_backup_;
  Housekeeping housekeeping_;
  std::unique_ptr<Erasure> erasure_;  // null: nobody is erased here
  ClockNote clock_note_;
  OutageLog log_;
  std::mutex mutex_;
  std::vector<Request> waiting_;
  std::atomic<std::size_t> backups_waiting_{0};  // as many as `waiting_` holds
  BackupStep backup_;                            // of the first request
};

}  // namespace oms::process
