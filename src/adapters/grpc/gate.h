#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace oms::grpc_api {

// Lets calls in until it is closed, and then waits for those that are in. A call may let in another.
class Gate {
 public:
  class Entry {
   public:
    explicit Entry(Gate& gate) : gate_(gate.enter() ? &gate : nullptr) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      if (gate_ != nullptr) gate_->leave();
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    Gate* gate_;
  };

  // Not from within a call.
  void close() {
    std::unique_lock lock{mutex_};
    is_closed_ = true;
    left_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  bool enter() {
    const std::scoped_lock lock{mutex_};
    if (!is_closed_) ++inside_;
    return !is_closed_;
  }
  void leave() {
    const std::scoped_lock lock{mutex_};
    if (--inside_ == 0) left_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t inside_ = 0;
  bool is_closed_ = false;
};

}  // namespace oms::grpc_api
