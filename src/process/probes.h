#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "messages/http.h"
#include "messages/metrics.h"

namespace oms::process {

// What tells others how the process is: /livez, /readyz and /metrics. Any thread.
class Probes {
 public:
  // `reaches_others`: whether those without whom nothing can be done answer. Empty: there are none.
  explicit Probes(std::function<ProcessMetrics()> metrics,
                  std::function<bool()> reaches_others = {})
      : metrics_(std::move(metrics)), reaches_others_(std::move(reaches_others)) {}

  // These are answered even when all connections are taken.
  static bool is_probe(const HttpRequest& request);

  // Nothing for any other request.
  std::optional<HttpResponse> answer(const HttpRequest& request) const;

  void set_ready(bool is_ready) { is_ready_.store(is_ready); }

 private:
  bool is_ready() const { return is_ready_.load() && (!reaches_others_ || reaches_others_()); }

  std::function<ProcessMetrics()> metrics_;
  std::function<bool()> reaches_others_;
  std::atomic<bool> is_ready_{false};
};

}  // namespace oms::process
