#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace oms::sqlite {

// Only one process may use a database file. It holds this lock on `<file>.lock` as long as it
// lives, so that a crash leaves nothing to clean up; the lock file tells who holds it.
class FileLock {
 public:
  // `unavailable` and "… is in use by process N" when another process holds it.
  static Result<FileLock> take(const std::string& database);

  FileLock() = default;
  ~FileLock();
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

 private:
  int descriptor_ = -1;
};

}  // namespace oms::sqlite
