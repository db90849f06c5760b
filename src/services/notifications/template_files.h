#pragma once

#include <span>
#include <string_view>

namespace oms::notifications {

// A file below templates/, as it was when the program was built.
struct TemplateFile {
  std::string_view path;  // "en/paid.txt"
  std::string_view text;
};

std::span<const TemplateFile> template_files();

}  // namespace oms::notifications
