#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "messages/http.h"

namespace oms::curl {

struct Call {
  std::string method = "GET";
  std::string url;  // percent-encoded
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Duration timeout{10'000};  // from its start to the last byte of the answer

  // For an answer of type text/event-stream, which may never end. Its timeout is that to its first
  // byte.
  struct Stream {
    // Gets the body as it comes, on the client's thread. False ends the call.
    std::move_only_function<bool(std::string_view)> on_part = {};
    Duration silence{60'000};  // the longest between two parts
  };
  Stream stream = {};
};

// Makes HTTP calls side by side on a thread of its own, over connections that it keeps. TLS is
// verified; redirects are not followed.
class Client {
 public:
  // An answer of any status; or `unavailable`, where there was none and nobody knows what was done.
  using Done = std::move_only_function<void(Result<HttpResponse>)>;

  struct Options {
    std::size_t in_flight_max = 32;  // what is past it waits
    Duration connect_timeout{5'000};
    std::size_t max_body_bytes = 4UL * 1024 * 1024;
    bool uses_proxy = true;  // where the environment names one
  };

  // Throws std::runtime_error if there is no memory for it.
  explicit Client(Options options);
  Client() : Client(Options{}) {}
  // Calls that are not answered yet end as `unavailable`, and what was to run later runs now.
  ~Client();

  // Any thread. `done` is called once, on the client's thread, and must not block.
  void send(Call call, Done done);
  // Runs it on the client's thread when the time has passed.
  void after(Duration pause, std::move_only_function<void()> run);

  std::size_t in_flight() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace oms::curl
