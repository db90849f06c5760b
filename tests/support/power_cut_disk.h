#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace oms::testing {

// A file system for SQLite that knows what a power cut would leave of its files: what was synced,
// and of what was written since any part, in 512-byte sectors. After a cut the program goes on and
// notices nothing; what it writes then is not part of what was left.
class PowerCutDisk {
 public:
  explicit PowerCutDisk(std::uint32_t seed);
  ~PowerCutDisk();
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;

  static const char* name() { return "power_cut_disk"; }

  // Cuts the power before the n-th write or sync from now. `on_cut` may be called on any thread.
  void cut_before(int operation, std::function<void()> on_cut);
  bool is_cut() const { return is_cut_; }

  // Puts what was left of the files into that folder, under their own names, and forgets them.
  void restore_to(const std::filesystem::path& folder);

 private:
  struct Write {
    std::size_t at = 0;
    std::string data;
    bool is_end = false;  // the file was cut off at `at`
  };
  struct Image {
    std::string durable;
    std::vector<Write> pending;
  };
  struct File;
  struct Methods;
  friend struct Methods;

  void opened(const std::string& path);
  void wrote(const std::string& path, Write write);
  // How many writes a sync that begins now makes durable, and that it has.
  std::size_t sync_begins(const std::string& path);
  void sync_ended(const std::string& path, std::size_t writes);
  void count_operation();
  static void apply(std::string& content, const Write& write);
  std::string survivor(const Image& image);

  sqlite3_vfs vfs_;
  std::mutex mutex_;
  std::map<std::string, Image> files_;
  std::map<std::string, std::string> survivors_;
  std::function<void()> on_cut_;
  int operations_left_ = -1;
  std::atomic<bool> is_cut_{false};
  std::mt19937 chance_;
};

}  // namespace oms::testing
