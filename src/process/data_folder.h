#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "base/result.h"

namespace oms::process {

// The data folder belongs to one process at a time, whichever database that process uses: the
// provider's ledger, the notices and the secrets live there too.
//
// The owner holds two record locks on `<data>/server.lock`, which the kernel releases when it
// dies: one for the folder, and one for as long as `<data>/server.json` tells where it answers.
// The kernel names the holder, so a client never has to believe a file that a crash has left.
class DataFolder {
 public:
  // Creates the folder where it is missing, locks it, and removes the `server.json` of an owner
  // that has died. `unavailable`, naming the owner's process, while another one lives.
  static Result<DataFolder> take(const std::filesystem::path& data);

  DataFolder(DataFolder&& other) noexcept
      : data_(std::move(other.data_)), lock_(std::exchange(other.lock_, -1)) {}
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  // Tells client commands where the server answers: `server.json` with its URL and process id.
  // To be called when it listens, and taken back before it stops to listen.
  Result<void> announce(std::string_view url);
  void withdraw();

 private:
  DataFolder(std::filesystem::path data, int lock) : data_(std::move(data)), lock_(lock) {}

  std::filesystem::path data_;
  int lock_ = -1;
};

struct RunningServer {
  std::string url;
  ::pid_t pid = 0;
};

// The server that owns the folder and answers now. `unavailable` says why there is none.
Result<RunningServer> running_server(const std::filesystem::path& data);

}  // namespace oms::process
