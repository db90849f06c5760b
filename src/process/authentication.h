#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "adapters/curl/client.h"
#include "adapters/jwt/verifier.h"
#include "process/settings.h"

namespace oms::process {

// Who callers are, by `--auth`: the keys of `--auth-keys` are read at the start, and again every
// five minutes, for they are exchanged now and then, and sooner when a token names a key that is
// not among them. Keys that cannot be had later leave those that were there.
class Authentication {
 public:
  using Warn = std::function<void(const std::string&)>;

  // Null: callers need not prove who they are. Waits for the keys. Errors: invalid or unavailable.
  static Result<std::unique_ptr<Authentication>> begin(const Settings& settings, Warn warn);

  ~Authentication() { ends_ = true; }
  Authentication(const Authentication&) = delete;
  Authentication& operator=(const Authentication&) = delete;

  const Identities& identities() const { return verifier_; }

 private:
  Authentication(const Settings& settings, Warn warn);
  bool is_remote() const { return keys_.starts_with("http"); }
  void read(std::move_only_function<void(Result<jwt::Keys>)> done);
  void read_again_later();
  void read_early(Time now);
  void take(Result<jwt::Keys> keys);

  std::string keys_;  // a file or a URL
  Warn warn_;
  jwt::Verifier verifier_;
  std::atomic<std::int64_t> read_early_at_ms_{0};
  std::atomic<bool> ends_{false};  // the client then runs at once what was to run later
  curl::Client client_;            // the last: it ends before what its answers touch
};

}  // namespace oms::process
