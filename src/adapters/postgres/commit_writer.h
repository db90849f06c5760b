#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"
#include "ports/store.h"

namespace oms::postgres {

class CommitPlan;

// Writes commits over a connection of its own, on a thread of its own, each in one round trip. All
// calls are made by one other thread.
//
// The process has a row in `runtime_writer`: how often it has connected (its epoch), and the number
// of its last commit, which is written with each. When an answer is lost, a new connection raises
// the epoch: that waits for a transaction that still runs, shuts out one that comes late, and tells
// whether the commit has happened. If it has not, it is sent again.
class CommitWriter {
 public:
  CommitWriter(const Layout& layout, Connection connection, std::chrono::milliseconds resolves_in);
  // Finishes what it writes.
  ~CommitWriter();
  CommitWriter(const CommitWriter&) = delete;
  CommitWriter& operator=(const CommitWriter&) = delete;

  // Connects.
  Result<void> open();

  // The changes stay where they are until `finish`. `done` is called when that need not wait.
  void begin(std::span<const Change> changes, std::function<void()> done);
  Result<void> finish();

  // Loads and locks, until the next commit has ended or `release`.
  Result<std::vector<Found>> hold(std::span<const Key> keys);
  Result<void> release();

 private:
  void run();
  Result<void> write(std::span<const Change> changes);
  Result<void> write_until(std::vector<Request>& requests, const CommitPlan& plan);
  Result<void> join();
  bool is_holding() const { return held_on_ != 0 && held_on_ == connection_.number(); }
  void roll_back();
  void wait_until_idle();

  const Layout& layout_;
  Connection connection_;
  const std::chrono::milliseconds resolves_in_;
  const std::string id_;
  const std::string declares_;
  std::int64_t joined_on_ = 0;  // the connection whose epoch is in the writer's row
  std::int64_t held_on_ = 0;    // the connection with an open transaction
  std::int64_t epoch_ = 0;
  std::int64_t number_ = 0;     // of the last commit that was begun
  std::int64_t committed_ = 0;  // of the last commit, as the row said when it was last read

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<std::span<const Change>> changes_;
  std::function<void()> done_;
  std::optional<Result<void>> outcome_;  // of what was begun
  bool is_busy_ = false;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace oms::postgres
