#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace oms {

// Reads a whole database file that no process uses, and lists what is damaged in it: nothing, if
// it is sound. `unavailable` when a process uses it.
Result<std::vector<std::string>> check_sqlite_file(const std::string& path);

}  // namespace oms
