#include "process/version.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "cli/command.h"
#include "cli/terminal.h"

namespace oms::cli {

void add_version(const Command& oms) {
  oms.add("version", "Show the version of the program").runs([] {
    say(fmt::format("oms {} (revision {}, GCC {}, SQLite {})", process::version,
                    process::revision(), __VERSION__, sqlite3_libversion()));
    return Exit::ok;
  });
}

}  // namespace oms::cli
