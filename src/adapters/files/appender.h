#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace oms::files {

// What was made, renamed or removed in a folder is so for good when this returns.
Result<void> sync_folder(const std::filesystem::path& folder);

// A file that only grows, by whole pieces that are on the disk when `append` returns.
class Appender {
 public:
  Appender() = default;
  Appender(Appender&& other) noexcept;
  Appender& operator=(Appender&& other) noexcept;
  ~Appender();

  // Makes the file if need be. A last line that a crash has cut short is removed: nobody was told
  // that it was kept.
  static Result<Appender> open(const std::filesystem::path& path);

  // One write and one sync. After a failure nothing of the piece counts, and it is cut off again
  // if that can be done; the file must be opened again: a sync that failed is never tried again.
  Result<void> append(std::string_view piece);

 private:
  Appender(int file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
  Result<void> cut_to_last_line();
  std::unexpected<Error> cannot(std::string_view what) const;

  int file_ = -1;
  std::filesystem::path path_;
};

}  // namespace oms::files
