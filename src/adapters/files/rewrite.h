#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::files {

// What becomes of the lines of a file.
struct LineEdit {
  std::function<bool(std::string_view line)> is_concerned;
  // Of those that are; none: the line goes.
  std::function<std::optional<std::string>(std::string_view line)> replace;
};

// Writes the file again. After a crash there is the old one or the new one. Nothing is written
// where no line is concerned or there is no file. Nobody may write to it meanwhile. Errors:
// unavailable.
Result<void> rewrite_lines(const std::filesystem::path& path, const LineEdit& edit);

}  // namespace oms::files
