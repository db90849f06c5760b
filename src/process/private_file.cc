#include "process/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace oms::process {
namespace {

std::unexpected<Error> system_failure(const std::string& what) {
  return fail(ErrorKind::unavailable, what + ": " + std::strerror(errno));
}

Result<void> sync_folder(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path().string() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int problem = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (is_synced) return {};
  errno = problem;
  return system_failure("cannot sync the folder " + folder);
}

}  // namespace

Result<void> write_private_file(const std::filesystem::path& path, std::string_view text) {
  const auto draft = path.string() + ".new";
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_failure("cannot create " + draft);
  const auto written = ::write(file, text.data(), text.size());
  const bool is_synced = ::fsync(file) == 0;
  ::close(file);
  if (written != static_cast<ssize_t>(text.size()) || !is_synced) {
    return system_failure("cannot write " + draft);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return system_failure("cannot rename " + draft);
  return sync_folder(path);
}

Result<std::string> read_private_file(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::string{};
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorKind::invalid,
                path.string() + " can be read by others; run: chmod 600 " + path.string());
  }
  std::ifstream file{path};
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace oms::process
