#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "ports/exchange.h"
#include "ports/histogram.h"

namespace oms::edge {

struct Route;

// How many requests each route has answered, how, and how long it took, by the process's steady
// clock. What fits no route is "other": no caller can make a label. Any thread.
class RequestMeter {
 public:
  RequestMeter();

  // The exchange, which notes its answer here. `route` may be null.
  std::unique_ptr<Exchange> metered(std::unique_ptr<Exchange> exchange, const Route* route);

  void note(const Route* route, int status, std::int64_t ns);
  static std::int64_t now_ns();

  // Requests and durations by route; those that nobody has asked for are left out.
  std::vector<MetricFamily> families() const;

 private:
  static constexpr std::size_t classes = 5;  // of status: 1xx to 5xx
  struct Counts {
    std::array<std::atomic<std::uint64_t>, classes> answers{};
    Histogram seconds{answer_seconds};
  };
  std::unique_ptr<Counts[]> counts_;  // of each route, and then of the others
};

}  // namespace oms::edge
