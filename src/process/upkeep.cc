#include "process/upkeep.h"

#include <optional>
#include <utility>

namespace oms::process {

void Upkeep::request_backup(std::string path, Done done) {
  const std::scoped_lock lock{mutex_};
  waiting_.push_back({std::move(path), std::move(done)});
  backups_waiting_.store(waiting_.size(), std::memory_order_relaxed);
}

bool Upkeep::is_due(Time now, std::uint64_t batches) const {
  return backups_waiting_.load(std::memory_order_relaxed) > 0 || housekeeping_.is_due(now) ||
         (erasure_ && erasure_->is_due(now)) || clock_note_.is_due(now, batches);
}

Result<void> Upkeep::run(Time now, std::uint64_t batches) {
  step_backup();
  auto done = erasure_ ? erasure_->step(now) : Result<void>{};
  const bool may_archive = !erasure_ || !erasure_->is_rewriting_archive();
  if (done && may_archive) done = housekeeping_.step(now);
  if (done && clock_note_.is_due(now, batches)) done = clock_note_.write(now, batches);
  done ? log_.succeeded() : log_.failed(done.error());
  return done;
}

void Upkeep::step_backup() {
  std::string path;
  {
    const std::scoped_lock lock{mutex_};
    if (waiting_.empty()) return;
    path = waiting_.front().path;
  }
  auto outcome = step(path);
  if (!outcome) return;
  backup_ = nullptr;
  Done done;
  {
    const std::scoped_lock lock{mutex_};
    done = std::move(waiting_.front().done);
    waiting_.erase(waiting_.begin());
    backups_waiting_.store(waiting_.size(), std::memory_order_relaxed);
  }
  done(*std::move(outcome));
}

// How the copy has ended, if it has.
std::optional<Result<void>> Upkeep::step(const std::string& path) {
  if (!backup_) {
    auto started = start_backup_(path);
    if (!started) return std::unexpected(std::move(started).error());
    backup_ = *std::move(started);
  }
  const auto is_complete = backup_();
  if (!is_complete) return std::unexpected(is_complete.error());
  if (!*is_complete) return std::nullopt;
  return Result<void>{};
}

}  // namespace oms::process
