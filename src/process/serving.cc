#include "process/serving.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include "adapters/crypto/crypto.h"
#include "process/core_dumps.h"
#include "process/log.h"
#include "process/service_manager.h"

namespace oms::process {
namespace {

sigset_t& stop_signals() {
  static sigset_t signals = [] {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    // A terminal that closes. Under nohup it is ignored, which blocking it would undo.
    struct sigaction hangup{};
    ::sigaction(SIGHUP, nullptr, &hangup);
    if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
    return set;
  }();
  return signals;
}

}  // namespace

void prepare_to_serve() {
  forbid_core_dumps();
  ::signal(SIGPIPE, SIG_IGN);
  ::pthread_sigmask(SIG_BLOCK, &stop_signals(), nullptr);
}

void wait_for_stop() {
  int signal = 0;
  ::sigwait(&stop_signals(), &signal);
}

// To the process: a thread that asks lets it wait for ever.
void ask_to_stop() {
  ::kill(::getpid(), SIGTERM);
}

runtime::IdSource::Process random_process() {
  runtime::IdSource::Process process{};
  fill_random(process);
  return process;
}

void tell_manager(std::string_view state) {
  if (const auto told = notify_service_manager(state); !told) {
    tell(LogLevel::warn, process_log, told.error().detail);
  }
}

// The service manager is to wait for this process, for so long from now.
void tell_upgrade(std::string_view at) {
  tell(LogLevel::info, process_log,
       "bringing the database to this version's layout: " + std::string{at});
  tell_manager("EXTEND_TIMEOUT_USEC=30000000");
}

}  // namespace oms::process
