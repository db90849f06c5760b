#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "ports/clock.h"

namespace oms::process {

// The machine's clocks. `now()` begins at the wall clock, or at `floor` if that is later, and runs
// evenly; where the wall clock is ahead it follows. So a due time comes when it was meant to or
// earlier, never later, however often the wall clock is set.
class SystemClock final : public Clock {
 public:
  struct Sources {
    std::function<Time()> wall;
    std::function<Duration()> steady;  // since whenever; it never jumps
  };
  static Sources sources();  // the machine's

  // By how much the wall clock has jumped against the steady one: forward, or back if negative.
  // Called once for each jump of more than a second, on the thread that noticed it.
  using OnJump = std::function<void(Duration by)>;

  explicit SystemClock(Time floor = {}, OnJump on_jump = {}, Sources from = sources());

  Time now() override;
  Time wall() override { return from_.wall(); }

 private:
  std::optional<Duration> follow(Duration before, Time wall, Duration after);

  const OnJump on_jump_;
  const Sources from_;
  std::mutex mutex_;
  Duration seen_{};  // of the wall clock before the steady one, when last looked
  Duration most_{};  // of `now()` before the steady one
};

// What the log says of it: which way, how far, and what comes of it.
std::string jump_text(Duration by);

}  // namespace oms::process
