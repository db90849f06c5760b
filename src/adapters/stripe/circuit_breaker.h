#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/time.h"

namespace oms::stripe {

// Keeps calls from a server that is down. Closed, it lets all through. So many failures in a row
// open it: then it refuses all for a while, and lets one through after that; if this one fails,
// too, it refuses for twice as long, up to a bound. The first success closes it. Each call that was
// let through must be reported once, or it may stay open for ever. Any thread.
class CircuitBreaker {
 public:
  using Steady = std::chrono::steady_clock;
  struct Limits {
    int failures_max = 16;  // in a row, before it opens; half of what is in flight
    Duration first_pause{2'000};
    Duration longest_pause{30'000};
  };
  // What a report has changed, for the log: at most once each for an outage.
  enum class Change { none, opened, closed };
  enum class Pass { refused, call, trial };

  explicit CircuitBreaker(Limits limits) : limits_(limits) {}

  Pass pass(Steady::time_point now) {
    const std::scoped_lock lock{mutex_};
    if (!is_open_) return Pass::call;
    if (is_trying_ || now < try_at_) return Pass::refused;
    is_trying_ = true;
    return Pass::trial;
  }

  // The server has answered, whatever it said.
  Change succeeded() {
    const std::scoped_lock lock{mutex_};
    failures_ = 0;
    is_trying_ = false;
    return std::exchange(is_open_, false) ? Change::closed : Change::none;
  }

  // Calls that were under way when it opened change nothing any more.
  Change failed(Pass pass, Steady::time_point now) {
    const std::scoped_lock lock{mutex_};
    if (is_open_) {
      if (pass != Pass::trial) return Change::none;
      is_trying_ = false;
      pause_ = std::min(pause_ * 2, limits_.longest_pause);
      try_at_ = now + pause_;
      return Change::none;
    }
    if (++failures_ < limits_.failures_max) return Change::none;
    is_open_ = true;
    pause_ = limits_.first_pause;
    try_at_ = now + pause_;
    return Change::opened;
  }

 private:
  const Limits limits_;
  std::mutex mutex_;
  int failures_ = 0;
  bool is_open_ = false;
  bool is_trying_ = false;
  Duration pause_{0};
  Steady::time_point try_at_;
};

}  // namespace oms::stripe
