#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace oms {

// Reads a whole database file and lists what is damaged in it: nothing, if it is sound. The caller
// holds the file's lock, or has the file to itself.
Result<std::vector<std::string>> damages_in(const std::string& path);

// The same for a file that no process uses; `unavailable` when one does.
Result<std::vector<std::string>> check_sqlite_file(const std::string& path);

}  // namespace oms
