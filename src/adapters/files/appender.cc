#include "adapters/files/appender.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace oms::files {
namespace {

std::unexpected<Error> cannot(std::string_view what) {
  return fail(ErrorKind::unavailable,
              std::string{what} + ": " + std::generic_category().message(errno));
}

// A new file is there for good only when its folder is on the disk too.
Result<void> sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return cannot("cannot open the folder " + folder.string());
  const bool good = ::fsync(file) == 0;
  ::close(file);
  if (!good) return cannot("cannot sync the folder " + folder.string());
  return {};
}

}  // namespace

Appender::Appender(Appender&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Appender& Appender::operator=(Appender&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

Appender::~Appender() {
  if (file_ >= 0) ::close(file_);
}

Result<Appender> Appender::open(const std::filesystem::path& path) {
  // What is kept here has names and addresses: only the owner may read it.
  Appender appender{::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
  if (appender.file_ < 0) return cannot("cannot open " + path.string());
  OMS_CHECK(appender.cut_to_last_line(path));
  OMS_CHECK(sync_folder(path.parent_path()));
  return appender;
}

Result<void> Appender::cut_to_last_line(const std::filesystem::path& path) {
  auto size = ::lseek(file_, 0, SEEK_END);
  std::array<char, 4096> block;
  while (size > 0) {
    const auto start = size - std::min<off_t>(size, block.size());
    const auto count = ::pread(file_, block.data(), static_cast<std::size_t>(size - start), start);
    if (count != size - start) return cannot("cannot read " + path.string());
    const std::string_view read{block.data(), static_cast<std::size_t>(count)};
    if (const auto line = read.rfind('\n'); line != std::string_view::npos) {
      size = start + static_cast<off_t>(line) + 1;
      break;
    }
    size = start;
  }
  if (size < 0 || ::ftruncate(file_, size) != 0) return cannot("cannot mend " + path.string());
  return {};
}

Result<void> Appender::append(std::string_view piece) {
  while (!piece.empty()) {
    const auto written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return cannot("cannot append to a file");
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file_) != 0) return cannot("cannot sync a file");
  return {};
}

}  // namespace oms::files
