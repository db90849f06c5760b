#include <sys/stat.h>

#include <csignal>
#include <exception>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/version.h"

namespace {

using oms::cli::Commands;
using oms::cli::Exit;

constexpr const char* footer = R"(Start here:
  oms up                                start the shop, then open http://127.0.0.1:8080
  oms order place --customer c1 1=2     order two of item 1
  oms check                             prove that nothing is lost, oversold or charged twice

Client commands find the server and the operator's token in the data folder (--data, OMS_DATA), or
take --url and --token (OMS_URL, OMS_TOKEN).

Exit codes: 0 ok   1 failed   2 usage or settings   3 refused by the server   4 not found
            5 cannot reach the server   6 promises are broken (oms check, simulate))";

// Every command of the program: a new one is added here.
void add_all(Commands& commands) {
  add_up(commands);
  add_order(commands);
  add_stock(commands);
  add_check(commands);
  add_backup(commands);
  add_notices(commands);
  add_config(commands);
  add_bench(commands);
  add_simulate(commands);
  add_version(commands);
}

Exit run(int argc, char** argv) {
  CLI::App app{"OMS: takes an order from the click to the delivered meal", "oms"};
  app.footer(footer);
  app.set_version_flag("--version", std::string{oms::app::version});
  Commands commands{app};
  add_all(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Exit::ok : Exit::usage;
  }
  if (const auto& chosen = commands.chosen()) return chosen();
  oms::cli::warn(app.help());  // of the command that needs one more word
  return Exit::usage;
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
