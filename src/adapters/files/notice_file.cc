#include "adapters/files/notice_file.h"

#include <algorithm>

namespace oms::files {

Result<std::vector<std::filesystem::path>> day_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
    if (entry.path().extension() == ".jsonl") found.push_back(entry.path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorKind::unavailable, "cannot read " + folder.string());
  }
  std::ranges::sort(found);
  return found;
}

// No text in the line can hold this: its quotes would be escaped.
std::optional<Id> order_of_line(std::string_view line) {
  constexpr std::string_view field = R"("orderID":")";
  const auto at = line.find(field);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + field.size());
  return Id::parse(line.substr(0, line.find('"')));
}

}  // namespace oms::files
