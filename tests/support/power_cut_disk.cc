#include "tests/support/power_cut_disk.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace oms::testing {
namespace {

constexpr std::size_t sector = 512;

PowerCutDisk*& the_disk() {
  static PowerCutDisk* disk = nullptr;
  return disk;
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

// The real file lies right behind this one.
struct PowerCutDisk::File {
  sqlite3_file base;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct PowerCutDisk::Methods {
  static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }
  static const sqlite3_io_methods& of(sqlite3_file* file) { return *real(file)->pMethods; }
  static const std::string& path(sqlite3_file* file) {
    return *reinterpret_cast<File*>(file)->path;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* base = sqlite3_vfs_find(nullptr);
    const int code = base->xOpen(base, name, real(file), flags, out);
    auto* opened = reinterpret_cast<File*>(file);
    file->pMethods = real(file)->pMethods != nullptr ? &methods() : nullptr;
    opened->path =
        file->pMethods != nullptr ? new std::string{name != nullptr ? name : ""} : nullptr;
    if (file->pMethods != nullptr && name != nullptr) the_disk()->opened(name);
    return code;
  }
  static int close(sqlite3_file* file) {
    delete std::exchange(reinterpret_cast<File*>(file)->path, nullptr);
    return of(file).xClose(real(file));
  }
  static int remove(sqlite3_vfs*, const char* name, int sync) {
    auto* base = sqlite3_vfs_find(nullptr);
    const std::scoped_lock lock{the_disk()->mutex_};
    the_disk()->files_.erase(name);
    return base->xDelete(base, name, sync);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    the_disk()->wrote(path(file),
                      {.at = static_cast<std::size_t>(at),
                       .data = {static_cast<const char*>(data), static_cast<std::size_t>(size)}});
    return of(file).xWrite(real(file), data, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    the_disk()->wrote(path(file),
                      {.at = static_cast<std::size_t>(size), .data = {}, .is_end = true});
    return of(file).xTruncate(real(file), size);
  }
  // The real disk is not asked: the machine does not fail, and the test is quicker.
  static int sync(sqlite3_file* file, int) {
    const auto writes = the_disk()->sync_begins(path(file));
    the_disk()->sync_ended(path(file), writes);
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
    return of(file).xRead(real(file), data, size, at);
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    return of(file).xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) { return of(file).xLock(real(file), level); }
  static int unlock(sqlite3_file* file, int level) { return of(file).xUnlock(real(file), level); }
  static int reserved(sqlite3_file* file, int* out) {
    return of(file).xCheckReservedLock(real(file), out);
  }
  static int control(sqlite3_file* file, int what, void* arg) {
    return of(file).xFileControl(real(file), what, arg);
  }
  static int sector_size(sqlite3_file* file) { return of(file).xSectorSize(real(file)); }
  static int traits(sqlite3_file* file) { return of(file).xDeviceCharacteristics(real(file)); }
  static int shared_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    return of(file).xShmMap(real(file), region, size, extend, out);
  }
  static int shared_lock(sqlite3_file* file, int offset, int count, int flags) {
    return of(file).xShmLock(real(file), offset, count, flags);
  }
  static void shared_barrier(sqlite3_file* file) { of(file).xShmBarrier(real(file)); }
  static int shared_unmap(sqlite3_file* file, int remove) {
    return of(file).xShmUnmap(real(file), remove);
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods all{
        2,           close,          read,         write,   truncate,    sync,   size,
        lock,        unlock,         reserved,     control, sector_size, traits, shared_map,
        shared_lock, shared_barrier, shared_unmap, nullptr, nullptr};
    return all;
  }
};

PowerCutDisk::PowerCutDisk(std::uint32_t seed) : vfs_(*sqlite3_vfs_find(nullptr)), chance_(seed) {
  the_disk() = this;
  vfs_.zName = name();
  vfs_.pNext = nullptr;
  vfs_.szOsFile += static_cast<int>(sizeof(File));
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  sqlite3_vfs_register(&vfs_, 0);
}

PowerCutDisk::~PowerCutDisk() {
  sqlite3_vfs_unregister(&vfs_);
  the_disk() = nullptr;
}

void PowerCutDisk::cut_before(int operation, std::function<void()> on_cut) {
  const std::scoped_lock lock{mutex_};
  operations_left_ = operation;
  on_cut_ = std::move(on_cut);
  is_cut_ = false;
}

void PowerCutDisk::restore_to(const std::filesystem::path& folder) {
  const std::scoped_lock lock{mutex_};
  for (const auto& [path, content] : survivors_) {
    std::ofstream{folder / std::filesystem::path{path}.filename(), std::ios::binary} << content;
  }
  survivors_.clear();
  files_.clear();
}

void PowerCutDisk::opened(const std::string& path) {
  const std::scoped_lock lock{mutex_};
  if (!files_.contains(path)) files_[path].durable = content_of(path);
}

void PowerCutDisk::wrote(const std::string& path, Write write) {
  const std::scoped_lock lock{mutex_};
  count_operation();
  files_[path].pending.push_back(std::move(write));
}

std::size_t PowerCutDisk::sync_begins(const std::string& path) {
  const std::scoped_lock lock{mutex_};
  count_operation();
  return files_[path].pending.size();
}

void PowerCutDisk::sync_ended(const std::string& path, std::size_t writes) {
  const std::scoped_lock lock{mutex_};
  auto& image = files_[path];
  writes = std::min(writes, image.pending.size());
  for (std::size_t i = 0; i < writes; ++i) apply(image.durable, image.pending[i]);
  image.pending.erase(image.pending.begin(),
                      image.pending.begin() + static_cast<std::ptrdiff_t>(writes));
}

void PowerCutDisk::count_operation() {
  if (operations_left_ < 0 || operations_left_-- > 0) return;
  for (const auto& [path, image] : files_) survivors_[path] = survivor(image);
  is_cut_ = true;
  on_cut_();
}

void PowerCutDisk::apply(std::string& content, const Write& write) {
  if (write.is_end) return content.resize(write.at);
  content.resize(std::max(content.size(), write.at + write.data.size()));
  content.replace(write.at, write.data.size(), write.data);
}

// Each write since the last sync has reached the disk, or not, or its first sectors have.
std::string PowerCutDisk::survivor(const Image& image) {
  auto content = image.durable;
  for (const auto& write : image.pending) {
    const auto fate = chance_() % 4;
    if (fate == 0) continue;
    auto part = write;
    if (fate == 1 && !part.is_end) {
      part.data.resize(chance_() % (part.data.size() / sector + 1) * sector);
    }
    apply(content, part);
  }
  return content;
}

}  // namespace oms::testing
