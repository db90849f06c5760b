#include "adapters/files/rewrite.h"

#include <fstream>

#include "adapters/files/appender.h"

namespace oms::files {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 1U << 20U;

std::unexpected<Error> cannot(std::string_view what, const fs::path& path) {
  return fail(ErrorKind::unavailable, "cannot " + std::string{what} + " " + path.string());
}

// Calls `see` with each whole line, until it says that it has seen enough. What a crash has cut
// short counts for nothing.
template <class See>
Result<void> read_lines(const fs::path& path, See see) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return cannot("read", path);
  for (std::string line; std::getline(file, line) && !file.eof();) {
    OMS_TRY(const bool goes_on, see(line));
    if (!goes_on) return {};
  }
  if (file.bad()) return cannot("read", path);
  return {};
}

Result<void> write_again(const fs::path& from, const fs::path& to, const LineEdit& edit) {
  OMS_TRY(auto file, Appender::open(to));
  std::string piece;
  const auto add = [&](std::string_view line) -> Result<bool> {
    if (!edit.is_concerned(line)) {
      piece.append(line).push_back('\n');
    } else if (const auto replaced = edit.replace(line)) {
      piece.append(*replaced).push_back('\n');
    }
    if (piece.size() < piece_bytes) return true;
    OMS_CHECK(file.append(piece));
    piece.clear();
    return true;
  };
  OMS_CHECK(read_lines(from, add));
  return file.append(piece);
}

}  // namespace

Result<void> rewrite_lines(const fs::path& path, const LineEdit& edit) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  bool is_concerned = false;
  OMS_CHECK(read_lines(path, [&](std::string_view line) -> Result<bool> {
    is_concerned = edit.is_concerned(line);
    return !is_concerned;
  }));
  if (!is_concerned) return {};
  const fs::path draft = path.string() + ".part";
  fs::remove(draft, error);  // of a rewrite that a crash has ended
  OMS_CHECK(write_again(path, draft, edit));
  fs::rename(draft, path, error);
  if (error) return cannot("replace", path);
  return sync_folder(path.parent_path());
}

}  // namespace oms::files
