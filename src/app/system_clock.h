#pragma once

#include <chrono>

#include "ports/clock.h"

namespace oms::app {

// The time as it was when the process started, or `floor` if that is later, and the steady clock
// from there: it never runs backwards, whatever happens to the wall clock.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(Time floor = {}) : start_(std::max(wall_clock(), floor)) {}

  Time now() override {
    const auto passed = std::chrono::steady_clock::now() - steady_start_;
    return start_ + std::chrono::duration_cast<Duration>(passed);
  }

 private:
  static Time wall_clock() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Duration>(since_epoch).count()};
  }

  const std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
  const Time start_;
};

}  // namespace oms::app
