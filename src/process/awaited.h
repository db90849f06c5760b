#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace oms::process {

// One answer that comes on another thread. `put` at most once; one thread may `take`.
template <class T>
class Awaited {
 public:
  void put(Result<T> answer) {
    const std::scoped_lock lock{mutex_};
    answer_ = std::move(answer);
    came_.notify_all();
  }
  // Errors: the answer's own, and `unavailable` after two minutes or once it is to stop.
  Result<T> take(const std::stop_token& stop) {
    constexpr Duration answer_within = std::chrono::minutes{2};
    std::unique_lock lock{mutex_};
    const bool came =
        came_.wait_for(lock, stop, answer_within, [this] { return answer_.has_value(); });
    if (came) return *std::move(answer_);
    return fail(ErrorKind::unavailable,
                stop.stop_requested() ? "the process is ending" : "there was no answer in time");
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any came_;
  std::optional<Result<T>> answer_;
};

// Calls `start` with what takes the answer, and waits for it. What comes too late is dropped.
template <class T, class Start>
Result<T> await(const std::stop_token& stop, Start start) {
  auto awaited = std::make_shared<Awaited<T>>();
  start([awaited](Result<T> answer) { awaited->put(std::move(answer)); });
  return awaited->take(stop);
}

}  // namespace oms::process
