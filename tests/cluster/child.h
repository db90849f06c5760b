#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace oms::cluster {

// A process that a test has started. It ends with the object, and with the test if that crashes.
// Of the variables of OMS only those of the command are set, for a process refuses what it does not
// know. To be used by the main thread alone: the process would end with another one.
class Child {
 public:
  struct Command {
    std::vector<std::string> words;
    std::map<std::string, std::string> environment;
    std::filesystem::path log;  // its output is added there
  };

  explicit Child(Command command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void start();
  void kill();    // SIGKILL, as if the power were cut for the process
  int stop();     // SIGTERM; its exit code, or -1 if it had to be killed after 30 s
  int wait();     // for its end; its exit code, or -1 if it had to be killed after 30 s
  void pause();   // SIGSTOP
  void resume();  // SIGCONT
  bool is_running();

 private:
  const Command command_;
  pid_t pid_ = -1;
};

// Waits until the process answers 200 there. Throws when it ends, or is not ready after 60 s.
void await_ready(Child& child, const std::string& url);

}  // namespace oms::cluster
