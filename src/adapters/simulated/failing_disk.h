#pragma once

#include <sqlite3.h>

#include <atomic>

namespace oms::simulated {

// While one lives, SQLite opens files on a disk that fails as the test says.
class FailingDisk {
 public:
  FailingDisk() {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.zName = "failing";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() {
    sqlite3_vfs_register(real_, 1);
    sqlite3_vfs_unregister(&vfs_);
    is_full = false;
    next_sync_fails = false;
  }

  static inline std::atomic<bool> is_full = false;
  static inline std::atomic<bool> next_sync_fails = false;

 private:
  // The real file's methods, but for two. The main file's differ from its log's.
  struct Methods : sqlite3_io_methods {
    const sqlite3_io_methods* real;
  };

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    const int code = real_->xOpen(real_, name, file, flags, out);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    auto& methods = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? main_ : others_;
    static_cast<sqlite3_io_methods&>(methods) = *file->pMethods;
    methods.real = file->pMethods;
    methods.xWrite = write;
    methods.xSync = sync;
    file->pMethods = &methods;
    return code;
  }
  static const sqlite3_io_methods& real(const sqlite3_file* file) {
    return *static_cast<const Methods*>(file->pMethods)->real;
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (is_full) return SQLITE_FULL;
    return real(file).xWrite(file, data, size, offset);
  }
  static int sync(sqlite3_file* file, int flags) {
    if (next_sync_fails.exchange(false)) return SQLITE_IOERR_FSYNC;
    return real(file).xSync(file, flags);
  }

  static inline Methods main_;
  static inline Methods others_;
  static inline sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
};

}  // namespace oms::simulated
