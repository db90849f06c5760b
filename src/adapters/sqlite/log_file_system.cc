#include "adapters/sqlite/log_file_system.h"

#include <pthread.h>

#include <atomic>
#include <cstring>
#include <utility>

namespace oms::sqlite {
namespace {

constexpr std::size_t piece = 0x1ffff;  // the most that SQLite's own file systems write at once

std::string unique_name() {
  static std::atomic<unsigned> count{0};
  return "oms-log-" + std::to_string(count.fetch_add(1));
}

}  // namespace

// Lies in memory of SQLite's; the real file lies right behind it.
struct LogFileSystem::File {
  sqlite3_file base;
  LogFileSystem* system;
  bool is_log;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods* methods() { return real()->pMethods; }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

  // A reader of the log sees all that was written to it.
  int flush() { return is_log ? system->flush(*this) : SQLITE_OK; }
};

// What SQLite calls (https://sqlite.org/c3ref/io_methods.html).
struct LogFileSystem::Methods {
  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* given, int flags, int* out) {
    auto* system = static_cast<LogFileSystem*>(vfs->pAppData);
    const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
    const bool is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    if (!is_log && !is_database)
      return system->base_->xOpen(system->base_, path, given, flags, out);
    File& file = File::of(given);
    file.system = system;
    file.is_log = is_log;
    const int code = system->base_->xOpen(system->base_, path, file.real(), flags, out);
    given->pMethods = file.methods() != nullptr ? &io() : nullptr;
    return code;
  }
  // Removes the log, at the end of the last connection.
  static int erase(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto* system = static_cast<LogFileSystem*>(vfs->pAppData);
    if (!system->wait()) return SQLITE_IOERR_DELETE;
    return system->base_->xDelete(system->base_, path, sync_folder);
  }
  static int access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
    auto* base = static_cast<LogFileSystem*>(vfs->pAppData)->base_;
    return base->xAccess(base, path, flags, out);
  }
  static int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
    auto* base = static_cast<LogFileSystem*>(vfs->pAppData)->base_;
    return base->xFullPathname(base, path, size, out);
  }

  static int close(sqlite3_file* given) {
    File& file = File::of(given);
    const int code = file.flush();
    if (!file.is_log) file.system->wait();
    const int closed = file.methods()->xClose(file.real());
    return code != SQLITE_OK ? code : closed;
  }
  static int read(sqlite3_file* given, void* data, int size, sqlite3_int64 at) {
    File& file = File::of(given);
    const int code = file.flush();
    return code != SQLITE_OK ? code : file.methods()->xRead(file.real(), data, size, at);
  }
  static int write(sqlite3_file* given, const void* data, int size, sqlite3_int64 at) {
    File& file = File::of(given);
    if (file.system->has_failed_) return SQLITE_IOERR_FSYNC;
    if (!file.is_log) return file.methods()->xWrite(file.real(), data, size, at);
    // At its very beginning the log starts over and overwrites what was there.
    if (at == 0 && !file.system->wait()) return SQLITE_IOERR_FSYNC;
    return file.system->write_log(file, static_cast<const char*>(data),
                                  static_cast<std::size_t>(size), at);
  }
  static int truncate(sqlite3_file* given, sqlite3_int64 size) {
    File& file = File::of(given);
    const int code = file.flush();
    if (code != SQLITE_OK) return code;
    if (file.is_log && !file.system->wait()) return SQLITE_IOERR_FSYNC;
    return file.methods()->xTruncate(file.real(), size);
  }
  static int sync(sqlite3_file* given, int flags) {
    File& file = File::of(given);
    if (file.is_log) {
      if (file.system->has_failed_) return SQLITE_IOERR_FSYNC;
      if (const int code = file.flush(); code != SQLITE_OK) return code;
      const int code = file.methods()->xSync(file.real(), flags);
      if (code != SQLITE_OK) file.system->has_failed_ = true;
      return code;
    }
    if (!file.system->wait()) return SQLITE_IOERR_FSYNC;
    file.system->begin_sync(file.real(), flags);
    return SQLITE_OK;
  }
  static int size(sqlite3_file* given, sqlite3_int64* out) {
    File& file = File::of(given);
    const int code = file.flush();
    return code != SQLITE_OK ? code : file.methods()->xFileSize(file.real(), out);
  }

  // The rest is passed on.
  static int lock(sqlite3_file* file, int level) {
    return File::of(file).methods()->xLock(File::of(file).real(), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return File::of(file).methods()->xUnlock(File::of(file).real(), level);
  }
  static int reserved(sqlite3_file* file, int* out) {
    return File::of(file).methods()->xCheckReservedLock(File::of(file).real(), out);
  }
  static int control(sqlite3_file* file, int what, void* argument) {
    return File::of(file).methods()->xFileControl(File::of(file).real(), what, argument);
  }
  static int sector(sqlite3_file* file) {
    return File::of(file).methods()->xSectorSize(File::of(file).real());
  }
  static int traits(sqlite3_file* file) {
    return File::of(file).methods()->xDeviceCharacteristics(File::of(file).real());
  }
  static int shared_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    return File::of(file).methods()->xShmMap(File::of(file).real(), region, size, extend, out);
  }
  static int shared_lock(sqlite3_file* file, int offset, int count, int flags) {
    return File::of(file).methods()->xShmLock(File::of(file).real(), offset, count, flags);
  }
  static void shared_barrier(sqlite3_file* file) {
    File::of(file).methods()->xShmBarrier(File::of(file).real());
  }
  static int shared_unmap(sqlite3_file* file, int remove) {
    return File::of(file).methods()->xShmUnmap(File::of(file).real(), remove);
  }

  static const sqlite3_io_methods& io() {
    static const sqlite3_io_methods all{
        2,           close,          read,         write,   truncate, sync,   size,
        lock,        unlock,         reserved,     control, sector,   traits, shared_map,
        shared_lock, shared_barrier, shared_unmap, nullptr, nullptr};
    return all;
  }
};

LogFileSystem::LogFileSystem(const std::string& base)
    : base_(sqlite3_vfs_find(base.empty() ? nullptr : base.c_str())),
      name_(unique_name()),
      vfs_(*base_) {
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.szOsFile = base_->szOsFile + static_cast<int>(sizeof(File));
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::erase;
  vfs_.xAccess = Methods::access;
  vfs_.xFullPathname = Methods::full_path;
  sqlite3_vfs_register(&vfs_, 0);
  gathered_.reserve(piece);
  thread_ = std::thread{[this] { sync_in_background(); }};
  ::pthread_setname_np(thread_.native_handle(), "oms-sync");
}

LogFileSystem::~LogFileSystem() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
  sqlite3_vfs_unregister(&vfs_);
}

int LogFileSystem::write_log(File& file, const char* data, std::size_t size, sqlite3_int64 at) {
  const auto end = gathered_at_ + static_cast<sqlite3_int64>(gathered_.size());
  if (at != end || gathered_.size() + size > piece) {
    if (const int code = flush(file); code != SQLITE_OK) return code;
    gathered_at_ = at;
  }
  gathered_.insert(gathered_.end(), data, data + size);
  return SQLITE_OK;
}

// What could not be written is dropped: SQLite rolls back, and writes it again if it still wants.
int LogFileSystem::flush(File& log) {
  if (gathered_.empty()) return SQLITE_OK;
  const int code = log.methods()->xWrite(log.real(), gathered_.data(),
                                         static_cast<int>(gathered_.size()), gathered_at_);
  gathered_.clear();
  return code;
}

bool LogFileSystem::is_syncing() {
  const std::scoped_lock lock{mutex_};
  return to_sync_ != nullptr;
}

bool LogFileSystem::wait() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return to_sync_ == nullptr; });
  return !has_failed_;
}

void LogFileSystem::begin_sync(sqlite3_file* database, int flags) {
  {
    const std::scoped_lock lock{mutex_};
    to_sync_ = database;
    sync_flags_ = flags;
  }
  changed_.notify_all();
}

void LogFileSystem::sync_in_background() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return to_sync_ != nullptr || is_stopped_; });
    if (to_sync_ == nullptr) return;
    sqlite3_file* const file = to_sync_;
    const int flags = sync_flags_;
    lock.unlock();
    const int code = file->pMethods->xSync(file, flags);
    lock.lock();
    if (code != SQLITE_OK) has_failed_ = true;
    to_sync_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace oms::sqlite
