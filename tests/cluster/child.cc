#include "tests/cluster/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>
#include <utility>

#include "tests/cluster/http.h"
#include "tests/support/outside.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> environment_of(const Child::Command& command) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view{*entry}.starts_with("OMS_")) all.emplace_back(*entry);
  }
  for (const auto& [name, value] : command.environment) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Child::Child(Command command) : command_(std::move(command)) {}

Child::~Child() {
  kill();
}

void Child::start() {
  auto words = command_.words;
  auto variables = environment_of(command_);
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);
  const int log =
      ::open(command_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  pid_ = ::fork();
  if (pid_ == 0) {  // from here on only what is safe after a fork
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
  }
  ::close(log);
  if (pid_ < 0) throw std::runtime_error("cannot start " + command_.words.at(0));
}

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

int Child::stop() {
  if (pid_ >= 0) ::kill(pid_, SIGTERM);
  return wait();
}

int Child::wait() {
  if (pid_ < 0) return -1;
  int status = 0;
  if (testing::wait_until([&] { return ::waitpid(pid_, &status, WNOHANG) != 0; }, 30s)) {
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  kill();
  return -1;
}

void Child::pause() {
  ::kill(pid_, SIGSTOP);
}

void Child::resume() {
  ::kill(pid_, SIGCONT);
}

bool Child::is_running() {
  if (pid_ < 0) return false;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void await_ready(Child& child, const std::string& url) {
  bool has_ended = false;
  const bool is_over = testing::wait_until([&] {
    has_ended = !child.is_running();
    return has_ended || http::send({.url = url}).status == 200;
  });
  if (has_ended) throw std::runtime_error("a process ended before it answered at " + url);
  if (!is_over) throw std::runtime_error("a process does not answer at " + url);
}

}  // namespace oms::cluster
