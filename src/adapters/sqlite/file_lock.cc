#include "adapters/sqlite/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace oms::sqlite {
namespace {

std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const auto size = pread(descriptor, text.data(), text.size() - 1, 0);
  std::string process{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  while (!process.empty() && process.back() == '\n') process.pop_back();
  return process.empty() ? "another process" : "process " + process;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& database) {
  const std::string path = database + ".lock";
  FileLock lock;
  lock.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  // A user who may only read it can lock it all the same.
  if (lock.descriptor_ < 0 && (errno == EACCES || errno == EROFS)) {
    lock.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (lock.descriptor_ < 0) {
    return fail(ErrorKind::internal, fmt::format("cannot open {}: {}", path, strerror(errno)));
  }
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return fail(ErrorKind::internal, fmt::format("cannot lock {}: {}", path, strerror(errno)));
    }
    return fail(ErrorKind::unavailable,
                fmt::format("{} is in use by {}", database, holder(lock.descriptor_)));
  }
  // Only for people to read: on a full disk the lock holds all the same.
  const auto process = fmt::format("{}\n", getpid());
  if (ftruncate(lock.descriptor_, 0) != 0 ||
      pwrite(lock.descriptor_, process.data(), process.size(), 0) < 0) {
    return lock;
  }
  return lock;
}

FileLock::~FileLock() {
  // The file stays: removing it would let two processes lock two files of the same name.
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace oms::sqlite
