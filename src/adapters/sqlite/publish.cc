#include "adapters/sqlite/publish.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace oms::sqlite {
namespace {

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path{path}.parent_path().string();
  return folder.empty() ? "." : folder;
}

bool is_unsupported(int code) {
  return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP || code == EPERM;
}

// 0, or an errno. The empty file keeps the name until the rename replaces it.
int rename_over_placeholder(const std::string& part, const std::string& target) {
  const int placeholder = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (placeholder < 0) return errno;
  ::close(placeholder);
  if (std::rename(part.c_str(), target.c_str()) == 0) return 0;
  const int code = errno;
  ::unlink(target.c_str());
  return code;
}

}  // namespace

int rename_exclusively(const char* from, const char* to) {
  return ::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

Result<void> publish_file(const std::string& part, const std::string& target,
                          ExclusiveRename rename) {
  int code = rename(part.c_str(), target.c_str()) == 0 ? 0 : errno;
  if (is_unsupported(code)) code = rename_over_placeholder(part, target);
  if (code == 0) return sync_path(folder_of(target), O_RDONLY | O_DIRECTORY);
  if (code == EEXIST) return fail(ErrorKind::conflict, target + " exists already");
  return fail(ErrorKind::internal, fmt::format("cannot create {}: {}", target, strerror(code)));
}

Result<void> sync_path(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool is_synced = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  if (is_synced) return {};
  return fail(ErrorKind::internal, fmt::format("cannot write {}: {}", path, strerror(code)));
}

}  // namespace oms::sqlite
