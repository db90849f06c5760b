#include <sys/stat.h>

#include <csignal>
#include <cstring>
#include <exception>

#include "cli/command.h"
#include "cli/terminal.h"
#include "process/version.h"

namespace {

using oms::cli::Command;
using oms::cli::CommandLine;
using oms::cli::Exit;

constexpr const char* footer = R"(Start here:
  oms up                                start the shop, then open http://127.0.0.1:8080
  oms order place --customer c1 1=2     order two of item 1
  oms check                             prove that nothing is lost, oversold or charged twice

Client commands find the server and the operator's token in the data folder (--data, OMS_DATA), or
take --url and --token (OMS_URL, OMS_TOKEN).

Exit codes: 0 ok   1 failed   2 usage or settings   3 refused by the server   4 not found
            5 cannot reach the server   6 promises are broken (oms check, simulate)
            7 the books differ (oms reconcile))";

// Every command of the program: a new one is added here.
void add_all(const Command& oms) {
  add_up(oms);
  add_serve(oms);
  add_order(oms);
  add_stock(oms);
  add_saga(oms);
  add_dead_letters(oms);
  add_customer(oms);
  add_audit(oms);
  add_check(oms);
  add_log_level(oms);
  add_reconcile(oms);
  add_backup(oms);
  add_notices(oms);
  add_provider(oms);
  add_config(oms);
  add_doctor(oms);
  add_bench(oms);
  add_simulate(oms);
  add_sagas(oms);
  add_version(oms);
  add_completion(oms);
}

Exit run(int argc, char** argv) {
  CommandLine line{"OMS: takes an order from the click to the delivered meal",
                   oms::process::version, footer};
  add_all(line.top());
  const auto exit = line.run(argc, argv);
  const int error = oms::cli::output_error();
  if (error == 0) return exit;
  oms::cli::complain("cannot write the output: {}", std::strerror(error));
  return exit == Exit::ok ? Exit::failed : exit;
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);  // what is written holds customers' data, whatever folder it goes to
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is seen by the write that fails
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const std::exception& failure) {
    oms::cli::complain("{}", oms::cli::printable(failure.what()));
    return static_cast<int>(Exit::failed);
  }
}
