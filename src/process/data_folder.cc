#include "process/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/describe.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "codec/json_read.h"
#include "codec/json_write.h"
#include "process/private_file.h"

namespace oms::process {
namespace {

namespace fs = std::filesystem;

// server.json
struct Announcement {
  std::string url;
  std::int64_t pid = 0;
};
BOOST_DESCRIBE_STRUCT(Announcement, (), (url, pid))

// The bytes of server.lock that are locked. Their process is the one that the kernel names.
enum class Mark : ::off_t { owned = 0, announced = 1 };

struct flock record_lock(Mark mark, short type) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<::off_t>(mark);
  lock.l_len = 1;
  return lock;
}

// False, with errno, when another process holds it.
bool set_mark(int file, Mark mark, short type) {
  auto lock = record_lock(mark, type);
  return ::fcntl(file, F_SETLK, &lock) == 0;
}

// Which other process holds the mark; 0: one that cannot be named from here.
std::optional<::pid_t> holder_of(int file, Mark mark) {
  auto lock = record_lock(mark, F_WRLCK);
  if (::fcntl(file, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_pid;
}

std::string process_text(::pid_t pid) {
  return pid > 0 ? fmt::format("process {}", pid) : "a process on another system or in a container";
}

std::unexpected<Error> unavailable(std::string why) {
  return fail(ErrorKind::unavailable, std::move(why));
}

fs::path lock_in(const fs::path& data) {
  return data / "server.lock";
}
fs::path announcement_in(const fs::path& data) {
  return data / "server.json";
}

Result<Announcement> read_announcement(const fs::path& data) {
  const auto path = announcement_in(data);
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return unavailable("there is no server.json");
  // Somebody else's file could name any server, and get the token.
  const auto user = ::geteuid();
  if (user != 0 && status.st_uid != 0 && status.st_uid != user) {
    return unavailable("its server.json belongs to another user");
  }
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  auto announcement = read_json<Announcement>(line, Reading::lenient);
  if (!announcement || announcement->url.empty()) {
    return unavailable("its server.json cannot be read");
  }
  return *std::move(announcement);
}

}  // namespace

Result<DataFolder> DataFolder::take(const fs::path& data) {
  std::error_code problem;
  if (fs::create_directories(data, problem)) ::chmod(data.c_str(), 0700);
  if (problem) {
    return unavailable(
        fmt::format("cannot create the data folder {}: {}", data.string(), problem.message()));
  }
  const auto path = lock_in(data);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return unavailable(fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
  }
  DataFolder folder{data, file};
  if (!set_mark(file, Mark::owned, F_WRLCK)) {
    if (errno != EACCES && errno != EAGAIN) {
      return unavailable(fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno)));
    }
    return unavailable(fmt::format(
        "the data folder {} is in use by {}: stop that one, or give another folder with --data",
        data.string(), process_text(holder_of(file, Mark::owned).value_or(0))));
  }
  fs::remove(announcement_in(data), problem);
  return folder;
}

DataFolder::~DataFolder() {
  // The lock's file stays: removing it would let two processes lock two files of the same name.
  if (lock_ >= 0) ::close(lock_);
}

Result<void> DataFolder::announce(std::string_view url) {
  std::string text;
  write_json(Announcement{.url = std::string{url}, .pid = ::getpid()}, text);
  OMS_CHECK(write_private_file(announcement_in(data_), text + "\n"));
  if (set_mark(lock_, Mark::announced, F_WRLCK)) return {};
  return unavailable(
      fmt::format("cannot lock {}: {}", lock_in(data_).string(), std::strerror(errno)));
}

void DataFolder::withdraw() {
  set_mark(lock_, Mark::announced, F_UNLCK);
  std::error_code ignored;
  fs::remove(announcement_in(data_), ignored);
}

Result<RunningServer> running_server(const fs::path& data) {
  const int file = ::open(lock_in(data).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return unavailable(errno == ENOENT
                           ? "there is no server.lock"
                           : fmt::format("cannot open server.lock: {}", std::strerror(errno)));
  }
  const auto owner = holder_of(file, Mark::owned);
  const auto answering = holder_of(file, Mark::announced);
  ::close(file);
  if (!owner) return unavailable("no process holds its lock");
  if (!answering) return unavailable(process_text(*owner) + " holds it, but does not serve");
  // Read after the lock was seen: it is the holder's, not one that a crash has left.
  OMS_TRY(auto announcement, read_announcement(data));
  if (announcement.pid != *answering) {
    return unavailable(fmt::format("{} holds it, but its server.json is of process {}",
                                   process_text(*answering), announcement.pid));
  }
  return RunningServer{.url = std::move(announcement.url), .pid = *answering};
}

}  // namespace oms::process
