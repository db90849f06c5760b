#pragma once

#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace oms::sqlite {

// A file system for the connection that writes, on top of the real one. It saves the disk work
// that write-ahead logging can do without, and keeps its promise:
//
// - What is written to the log is gathered and reaches the file in large pieces, at the latest when
//   it is synced, read or cut. SQLite shows a commit to readers only after that sync.
// - A checkpoint's sync of the database file goes on in the background. Until it has succeeded the
//   log, which still holds everything, does not start over and is not removed.
//
// After a sync has failed, of the log or of the file, nothing is written any more.
//
// One for each store. Used by one thread at a time; `is_syncing` and `wait` by that one, too.
class LogFileSystem {
 public:
  // On top of the file system of that name; empty: the default one.
  explicit LogFileSystem(const std::string& base);
  // After the last of its files is closed.
  ~LogFileSystem();
  LogFileSystem(const LogFileSystem&) = delete;
  LogFileSystem& operator=(const LogFileSystem&) = delete;

  // To open a connection with.
  const std::string& name() const { return name_; }

  bool is_syncing();
  // Until no sync goes on. False when one has failed, ever.
  bool wait();

 private:
  struct File;
  struct Methods;
  friend struct Methods;

  int write_log(File& file, const char* data, std::size_t size, sqlite3_int64 at);
  int flush(File& log);
  void begin_sync(sqlite3_file* database, int flags);
  void sync_in_background();

  sqlite3_vfs* base_;
  std::string name_;
  sqlite3_vfs vfs_;
  std::vector<char> gathered_;  // of the log, not yet in its file
  sqlite3_int64 gathered_at_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  sqlite3_file* to_sync_ = nullptr;
  int sync_flags_ = 0;
  std::atomic<bool> has_failed_ = false;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace oms::sqlite
