#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tools/bench/address.h"
#include "tools/bench/options.h"

namespace oms::bench {

// The server that is measured.
struct Target {
  std::string url;
  std::string token;
  Address address;
  pid_t pid = 0;        // 0: not known
  bool is_own = false;  // started for this run
};

// The one that the options name: by --url and --token, or by what it left in --data.
Result<Target> find_running(const Options& options);

// The body of an answer with 2xx, by a connection of its own. For what is not measured.
Result<std::string> ask(const Target& target, std::string_view method, std::string_view path,
                        std::string_view body = {});

// A server of our own: this program as `oms up`, with everything in a folder of its own. Ends when
// this object does, and its folder with it unless it is to be kept.
class OwnServer {
 public:
  static Result<std::unique_ptr<OwnServer>> start(const Options& options);
  ~OwnServer();
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;

  const Target& target() const { return target_; }
  // Whether its folder is kept in memory: then nothing is ever synced to a disk.
  bool is_in_memory() const;

 private:
  OwnServer() = default;
  Result<void> run(const Options& options);
  Result<void> wait_until_ready();
  bool has_ended();

  std::filesystem::path folder_;
  bool is_kept_ = false;
  Target target_;
};

}  // namespace oms::bench
