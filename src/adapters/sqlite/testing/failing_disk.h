#pragma once

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace oms {

// A file system for SQLite that passes everything on to the real one, until it is told to fail.
class FailingDisk {
 public:
  FailingDisk() {
    vfs_ = *sqlite3_vfs_find(nullptr);
    vfs_.zName = name_;
    vfs_.pNext = nullptr;
    vfs_.szOsFile += static_cast<int>(sizeof(File));
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FailingDisk() { sqlite3_vfs_unregister(&vfs_); }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  const char* name() const { return name_; }

  static inline std::atomic<bool> full = false;        // no write finds room
  static inline std::atomic<bool> sync_fails = false;  // the disk does not confirm
  static inline std::atomic<int> writes_left = -1;     // then it is full; -1: never
  // The same of the database file alone: the log is written as ever.
  static inline std::atomic<bool> file_is_full = false;
  static inline std::atomic<bool> sync_of_file_fails = false;
  static inline std::atomic<int> syncs = 0;  // that were asked for

 private:
  // The real file lies right behind this one.
  struct File {
    sqlite3_file base;
    bool is_database;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static bool is_database(sqlite3_file* file) { return reinterpret_cast<File*>(file)->is_database; }
  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
    auto* disk = sqlite3_vfs_find(nullptr);
    const int code = disk->xOpen(disk, path, real(file), flags, out);
    file->pMethods = real(file)->pMethods ? &methods() : nullptr;
    reinterpret_cast<File*>(file)->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    return code;
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    if (full || (file_is_full && is_database(file))) return SQLITE_FULL;
    if (writes_left >= 0 && writes_left-- == 0) {
      full = true;
      return SQLITE_FULL;
    }
    return real(file)->pMethods->xWrite(real(file), data, size, at);
  }
  static int sync(sqlite3_file* file, int flags) {
    ++syncs;
    if (sync_fails || (sync_of_file_fails && is_database(file))) return SQLITE_IOERR_FSYNC;
    return real(file)->pMethods->xSync(real(file), flags);
  }
  static int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
  static int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), data, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    return real(file)->pMethods->xTruncate(real(file), size);
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
  }
  static int reserved(sqlite3_file* file, int* out) {
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
  }
  static int control(sqlite3_file* file, int what, void* arg) {
    return real(file)->pMethods->xFileControl(real(file), what, arg);
  }
  static int sector(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
  static int traits(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
  }
  static int shared_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
  }
  static int shared_lock(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
  }
  static void shared_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
  static int shared_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods all{
        2,           close,          read,         write,   truncate, sync,   size,
        lock,        unlock,         reserved,     control, sector,   traits, shared_map,
        shared_lock, shared_barrier, shared_unmap, nullptr, nullptr};
    return all;
  }

  static constexpr const char* name_ = "failing_disk";
  sqlite3_vfs vfs_;
};

}  // namespace oms
