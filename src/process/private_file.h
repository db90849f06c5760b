#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::process {

// Writes a file of mode 0600 beside its place, syncs and renames it: a crash leaves the old file
// or the new one.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view text);

// What a file holds that is nobody else's business; empty if there is no such file. Errors:
// invalid, if others can read it.
Result<std::string> read_private_file(const std::filesystem::path& path);

}  // namespace oms::process
