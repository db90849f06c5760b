#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/files/appender.h"
#include "ports/clock.h"
#include "ports/notifier.h"

namespace oms {

// Keeps notices instead of sending them: one JSON line each in notices/<day>.jsonl (UTC) below the
// data folder, which `export_eml` turns into mails. One thread writes; what waits for it is one
// write and one sync, and all of it is kept or none. Only one process may write to a folder.
class FileNotifier final : public Notifier {
 public:
  FileNotifier(const std::filesystem::path& data_folder, Clock& clock);
  // Writes what still waits.
  ~FileNotifier() override;

  EffectLimits limits() const override { return {.in_flight_max = 256}; }
  void start(NoticeToSend notice, Done done) override;
  // Their lines go. Notices wait meanwhile.
  void erase(std::vector<Id> order_ids, Erased done) override;

 private:
  static constexpr std::size_t waiting_max = 1024;  // of all channels together
  struct Job {
    NoticeToSend notice;
    Done done;
  };
  struct Erasure {
    std::vector<Id> order_ids;
    Erased done;
  };

  void run();
  bool keep(const std::vector<Job>& jobs);
  Result<void> write(std::string_view lines, std::string_view day);
  Result<void> erase(const std::vector<Id>& order_ids);

  const std::filesystem::path folder_;
  Clock& clock_;
  files::Appender file_;
  std::string day_;  // of the open file; empty: none is open
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Job> waiting_;
  std::vector<Erasure> erasures_;
  bool is_closed_ = false;
  std::thread thread_;
};

}  // namespace oms
