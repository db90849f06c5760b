#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "messages/http.h"

namespace oms::process {

// What tells others how the process is: /livez, /readyz and /metrics. Any thread.
class Probes {
 public:
  explicit Probes(std::function<std::string()> metrics) : metrics_(std::move(metrics)) {}

  // These are answered even when all connections are taken.
  static bool is_probe(const HttpRequest& request);

  // Nothing for any other request.
  std::optional<HttpResponse> answer(const HttpRequest& request) const;

  void set_ready(bool is_ready) { is_ready_.store(is_ready); }

 private:
  std::function<std::string()> metrics_;
  std::atomic<bool> is_ready_{false};
};

}  // namespace oms::process
