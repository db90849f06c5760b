#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "tools/bench/loop.h"
#include "tools/bench/target.h"

namespace oms::bench {
namespace {

constexpr Nanos start_patience = 20 * second;
constexpr Nanos stop_patience = 20 * second;

// A shop that is never the limit: nobody waits for a cook, a rider or a cap.
constexpr std::string_view usual[] = {
    "--listen=127.0.0.1:0", "--kitchen-time=0", "--delivery-time=0",
    "--reservation-cap=0",  "--cooks=100000",   "--kitchen-queue=1000000",
};

std::vector<std::string> arguments_of(const std::filesystem::path& folder, const Options& options) {
  std::vector<std::string> arguments{"oms", "up", "--data=" + folder.string()};
  arguments.insert(arguments.end(), std::begin(usual), std::end(usual));
  arguments.push_back(fmt::format("--connections-max={}", options.connections + 64));
  for (const auto& setting : options.with) arguments.push_back("--" + setting);
  return arguments;
}

// The settings of the user who runs this are not the measured server's.
std::vector<char*> environment_without_settings() {
  std::vector<char*> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view{*entry}.starts_with("OMS_")) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

// In the child: only what may be called between fork and exec.
[[noreturn]] void become_server(char* const* arguments, char* const* environment, int log) {
  ::setpgid(0, 0);  // Ctrl-C is for the parent, which ends the server when it has reported
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execve("/proc/self/exe", arguments, environment);
  ::_exit(127);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<std::filesystem::path> temporary_folder() {
  auto name = (std::filesystem::temp_directory_path() / "oms-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(ErrorKind::unavailable, "cannot create a folder like " + name);
  }
  return std::filesystem::path{name};
}

}  // namespace

Result<std::unique_ptr<OwnServer>> OwnServer::start(const Options& options) {
  std::unique_ptr<OwnServer> server{new OwnServer};
  server->is_kept_ = !options.keep.empty();
  if (server->is_kept_) {
    std::error_code failed;
    std::filesystem::create_directories(options.keep, failed);
    if (failed) return fail(ErrorKind::unavailable, "cannot create " + options.keep);
    server->folder_ = options.keep;
  } else {
    OMS_TRY(server->folder_, temporary_folder());
  }
  OMS_CHECK(server->run(options));
  OMS_CHECK(server->wait_until_ready());
  return server;
}

Result<void> OwnServer::run(const Options& options) {
  auto texts = arguments_of(folder_, options);
  std::vector<char*> arguments;
  for (auto& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  const auto environment = environment_without_settings();
  const auto log =
      ::open((folder_ / "server.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  target_.pid = ::fork();
  if (target_.pid == 0) become_server(arguments.data(), environment.data(), log);
  ::close(log);
  if (target_.pid > 0) return {};
  return fail(ErrorKind::unavailable, fmt::format("cannot fork: {}", std::strerror(errno)));
}

Result<void> OwnServer::wait_until_ready() {
  const Options where{.data = folder_.string()};
  for (const auto until = clock_now() + start_patience; clock_now() < until;) {
    if (is_interrupted() || has_ended()) break;
    auto found = find_running(where);
    const bool is_ours = found && found->pid == target_.pid;
    if (is_ours && ask(*found, "GET", "/readyz")) {
      found->is_own = true;
      target_ = *std::move(found);
      return {};
    }
    ::usleep(10'000);
  }
  return fail(ErrorKind::unavailable,
              "the server has not started:\n" + text_of(folder_ / "server.log"));
}

bool OwnServer::is_in_memory() const {
  struct statfs found{};
  return ::statfs(folder_.c_str(), &found) == 0 && found.f_type == TMPFS_MAGIC;
}

bool OwnServer::has_ended() {
  if (target_.pid <= 0) return true;
  if (::waitpid(target_.pid, nullptr, WNOHANG) == 0) return false;
  target_.pid = 0;
  return true;
}

OwnServer::~OwnServer() {
  if (target_.pid > 0) ::kill(target_.pid, SIGTERM);
  for (const auto until = clock_now() + stop_patience; !has_ended();) {
    if (clock_now() > until) ::kill(target_.pid, SIGKILL);
    ::usleep(10'000);
  }
  std::error_code ignored;
  if (!is_kept_ && !folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace oms::bench
