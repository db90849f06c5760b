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

// The reason is what the last call to the system has left.
std::unexpected<Error> cannot_do(std::string_view what, const std::filesystem::path& path) {
  const auto why = std::generic_category().message(errno);
  return fail(ErrorKind::unavailable,
              "cannot " + std::string{what} + " " + path.string() + ": " + why);
}

}  // namespace

Result<void> sync_folder(const std::filesystem::path& folder) {
  const auto path = folder.empty() ? std::filesystem::path{"."} : folder;
  const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return cannot_do("open the folder", path);
  const bool good = ::fsync(file) == 0;
  ::close(file);
  if (!good) return cannot_do("sync the folder", path);
  return {};
}

Appender::Appender(Appender&& other) noexcept
    : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)) {}

Appender& Appender::operator=(Appender&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(path_, other.path_);
  return *this;
}

Appender::~Appender() {
  if (file_ >= 0) ::close(file_);
}

std::unexpected<Error> Appender::cannot(std::string_view what) const {
  return cannot_do(what, path_);
}

Result<Appender> Appender::open(const std::filesystem::path& path) {
  // What is kept here has names and addresses: only the owner may read it.
  const int file = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot_do("open", path);
  Appender appender{file, path};
  OMS_CHECK(appender.cut_to_last_line());
  // A new file is there for good only when its folder is on the disk too.
  OMS_CHECK(sync_folder(path.parent_path()));
  return appender;
}

Result<void> Appender::cut_to_last_line() {
  auto size = ::lseek(file_, 0, SEEK_END);
  std::array<char, 4096> block;
  while (size > 0) {
    const auto start = size - std::min<off_t>(size, block.size());
    const auto count = ::pread(file_, block.data(), static_cast<std::size_t>(size - start), start);
    if (count != size - start) return cannot("read");
    const std::string_view read{block.data(), static_cast<std::size_t>(count)};
    if (const auto line = read.rfind('\n'); line != std::string_view::npos) {
      size = start + static_cast<off_t>(line) + 1;
      break;
    }
    size = start;
  }
  if (size < 0 || ::ftruncate(file_, size) != 0) return cannot("cut the torn end of");
  return {};
}

Result<void> Appender::append(std::string_view piece) {
  const auto before = ::lseek(file_, 0, SEEK_END);
  if (before < 0) return cannot("append to");
  const auto fail_with = [&](std::string_view what) {
    auto failure = cannot(what);
    // If this fails, too, the next `open` cuts the torn line, and whole ones may come once more.
    [[maybe_unused]] const int cut = ::ftruncate(file_, before);
    return failure;
  };
  while (!piece.empty()) {
    const auto written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail_with("append to");
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file_) != 0) return fail_with("sync");
  return {};
}

}  // namespace oms::files
