#pragma once

#include <filesystem>
#include <string>

#include "adapters/files/appender.h"
#include "ports/clock.h"
#include "ports/notifier.h"

namespace oms {

// Keeps notices instead of sending them: one JSON line each in notices/<day>.jsonl (UTC) below the
// data folder, which `export_eml` turns into mails. A batch is one write and one sync; all of it is
// kept or none. Only one process may write to a folder.
class FileNotifier final : public Notifier {
 public:
  FileNotifier(const std::filesystem::path& data_folder, Clock& clock);

  std::vector<bool> send(std::span<const NoticeToSend> notices) override;

 private:
  Result<void> write(std::string_view lines, std::string_view day);

  const std::filesystem::path folder_;
  Clock& clock_;
  files::Appender file_;
  std::string day_;  // of the open file; empty: none is open
};

}  // namespace oms
