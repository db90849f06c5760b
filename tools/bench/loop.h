#pragma once

#include <cstdint>

namespace oms::bench {

// Nanoseconds of a clock that only goes forward.
using Nanos = std::int64_t;
inline constexpr Nanos second = 1'000'000'000;
inline constexpr Nanos never = INT64_MAX;

Nanos clock_now();

// What a file descriptor's news are told to. Every event is a hint to try again: sockets are
// watched edge-triggered.
class Watcher {
 public:
  virtual void ready() = 0;

 protected:
  ~Watcher() = default;
};

// Waits for many sockets on one thread. A socket that is closed is no longer watched.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void watch(int socket, Watcher& watcher);

  // Tells what has happened, after waiting for at most `patience`.
  void step(Nanos patience);

 private:
  int epoll_;
};

// Set by SIGINT or SIGTERM, from `catch_interrupts` on: long loops look at it.
bool is_interrupted();
void catch_interrupts();

}  // namespace oms::bench
