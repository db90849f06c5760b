#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace oms {

// What became of the notices that were read.
struct ExportCounts {
  std::int64_t mails = 0;       // new .eml files
  std::int64_t texts = 0;       // new .txt files
  std::int64_t repeated = 0;    // exported before, or kept twice
  std::int64_t unreadable = 0;  // lines that are no notice
  std::int64_t no_address = 0;  // mails whose address is not one
};

// Writes each notice below the data folder as a file of its own: <key>.eml for a mail, <key>.txt
// for an SMS. A key is written once, however often it was kept or exported. The notifier may be
// running. Errors: unavailable, if a folder or file cannot be read or written.
Result<ExportCounts> export_eml(const std::filesystem::path& data_folder,
                                const std::filesystem::path& out_folder,
                                const std::string& from = "OMS <no-reply@oms.invalid>");

}  // namespace oms
