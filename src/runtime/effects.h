#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ports/notifier.h"
#include "ports/payment_provider.h"
#include "services/service.h"

namespace oms::runtime {

// A bounded queue of effects of one kind and the one thread that performs them, as many at a time
// as wait. An effect that finds the queue full is dropped: its record is due, and asks again.
template <class T>
class EffectLane {
 public:
  using Perform = std::function<void(std::span<const T>)>;

  // The thread has this name, of at most 15 characters.
  EffectLane(const char* name, std::size_t queue_max, std::size_t batch_max, Perform perform)
      : queue_max_(queue_max),
        batch_max_(batch_max),
        perform_(std::move(perform)),
        thread_([this] { run(); }) {
    ::pthread_setname_np(thread_.native_handle(), name);
  }

  ~EffectLane() { stop(); }
  EffectLane(const EffectLane&) = delete;
  EffectLane& operator=(const EffectLane&) = delete;

  // All at once, so that they are performed together.
  void add(std::vector<T> effects) {
    if (effects.empty()) return;
    {
      const std::scoped_lock lock{mutex_};
      for (auto& effect : effects) {
        if (is_stopped_ || queue_.size() >= queue_max_) {
          ++dropped_;
        } else {
          queue_.push_back(std::move(effect));
        }
      }
    }
    arrived_.notify_one();
  }

  // Ends the thread after the effects that it is performing; what waits is dropped.
  void stop() {
    {
      const std::scoped_lock lock{mutex_};
      is_stopped_ = true;
    }
    arrived_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  std::uint64_t dropped() const {
    const std::scoped_lock lock{mutex_};
    return dropped_;
  }

 private:
  void run() {
    std::vector<T> batch;
    while (true) {
      batch.clear();
      {
        std::unique_lock lock{mutex_};
        arrived_.wait(lock, [&] { return is_stopped_ || !queue_.empty(); });
        if (is_stopped_) return;
        while (!queue_.empty() && batch.size() < batch_max_) {
          batch.push_back(std::move(queue_.front()));
          queue_.pop_front();
        }
      }
      perform_(batch);
    }
  }

  const std::size_t queue_max_;
  const std::size_t batch_max_;
  Perform perform_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> queue_;
  std::uint64_t dropped_ = 0;
  bool is_stopped_ = false;
  std::thread thread_;
};

// Performs the effects of committed decisions through the ports, and brings their outcomes back
// as messages.
class Effects {
 public:
  using Deliver = std::function<void(Message)>;

  // `deliver` may block until the runtime takes the message; it is called from the lanes' threads.
  Effects(PaymentProvider& payments, Notifier& notifier, Deliver deliver);

  void start(std::vector<Effect> effects);
  void stop();
  std::uint64_t dropped() const { return payments_.dropped() + notices_.dropped(); }

 private:
  EffectLane<PaymentOperation> payments_;
  EffectLane<NoticeToSend> notices_;
};

}  // namespace oms::runtime
