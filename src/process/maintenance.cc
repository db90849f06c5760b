#include "process/maintenance.h"

#include <optional>
#include <utility>

namespace oms::process {

void Maintenance::request_backup(std::string path, Done done) {
  const std::scoped_lock lock{mutex_};
  waiting_.push_back({std::move(path), std::move(done)});
  backups_waiting_.store(waiting_.size(), std::memory_order_relaxed);
}

bool Maintenance::is_due(Time now) const {
  return backups_waiting_.load(std::memory_order_relaxed) > 0 || housekeeping_.is_due(now);
}

Result<void> Maintenance::run(Time now) {
  step_backup();
  return housekeeping_.step(now);
}

void Maintenance::step_backup() {
  std::string path;
  {
    const std::scoped_lock lock{mutex_};
    if (waiting_.empty()) return;
    path = waiting_.front().path;
  }
  std::optional<Result<void>> outcome;
  if (!backup_) {
    auto started = store_.start_backup(path);
    if (started) {
      backup_ = *std::move(started);
    } else {
      outcome = std::unexpected(std::move(started).error());
    }
  }
  if (backup_) {
    auto stepped = backup_->step();
    if (!stepped) {
      outcome = std::unexpected(std::move(stepped).error());
    } else if (*stepped) {
      outcome = Result<void>{};
    }
  }
  if (!outcome) return;
  backup_.reset();
  Done done;
  {
    const std::scoped_lock lock{mutex_};
    done = std::move(waiting_.front().done);
    waiting_.erase(waiting_.begin());
    backups_waiting_.store(waiting_.size(), std::memory_order_relaxed);
  }
  done(*std::move(outcome));
}

}  // namespace oms::process
