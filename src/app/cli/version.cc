#include "app/version.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "app/cli/command.h"
#include "app/cli/terminal.h"

namespace oms::cli {

void add_version(Commands& commands) {
  auto* command = commands.add("version", "Show the version of the program");
  commands.runs(command, [] {
    say(fmt::format("oms {} (revision {}, GCC {}, SQLite {})", app::version, app::revision(),
                    __VERSION__, sqlite3_libversion()));
    return Exit::ok;
  });
}

}  // namespace oms::cli
