#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace oms::testing {

// A server of `scripts/servers`, for as long as a test needs it. One that stops it is alone with
// it.
class Server {
 public:
  explicit Server(std::string name) : name_(std::move(name)) {
    lock_ = ::open((std::filesystem::temp_directory_path() / ("oms-" + name_ + ".lock")).c_str(),
                   O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    ::flock(lock_, LOCK_SH);
  }
  ~Server() { ::close(lock_); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool may_stop() const { return pid() > 0; }
  void have_alone() const { ::flock(lock_, LOCK_EX); }
  void kill() const { ::kill(pid(), SIGKILL); }
  void pause() const { ::kill(pid(), SIGSTOP); }  // it keeps its connections and answers nothing
  void resume() const { ::kill(pid(), SIGCONT); }
  void start() const {
    const auto command = std::string{OMS_SOURCE_DIR} + "/scripts/servers up " + name_;
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  std::filesystem::path folder() const {
    return std::filesystem::path{OMS_SOURCE_DIR} / "build/servers" / name_;
  }

 private:
  ::pid_t pid() const {
    std::ifstream pids{folder() / "pids"};
    std::string tag;
    ::pid_t pid = 0;
    for (std::string started; pids >> tag >> pid >> started;) {
      if (tag == "server") return pid;
    }
    return 0;
  }
  std::string name_;
  int lock_ = -1;
};

}  // namespace oms::testing
