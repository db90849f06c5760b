#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "ports/notifier.h"
#include "ports/payment_provider.h"
#include "services/service.h"

namespace oms::runtime {

inline const std::string& key_of_effect(const PaymentOperation& operation) {
  return operation.idempotency_key;
}
inline const std::string& key_of_effect(const NoticeToSend& notice) {
  return notice.key;
}

// A bounded queue of effects of one kind and the one thread that performs them, as many at a time
// as wait. An effect that finds the queue full is dropped: its record is due, and asks again. One
// that is a retry of what still waits or is being performed is dropped, too: one answer will do.
template <class T>
class EffectLane {
 public:
  // Performs effects, and returns their outcomes.
  using Perform = std::function<std::vector<Message>(std::span<const T>)>;
  using Deliver = std::function<void(Message)>;

  // The thread has this name, of at most 15 characters.
  EffectLane(const char* name, std::size_t queue_max, std::size_t batch_max, Perform perform,
             Deliver deliver)
      : queue_max_(queue_max),
        batch_max_(batch_max),
        perform_(std::move(perform)),
        deliver_(std::move(deliver)),
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
        } else if (in_flight_.insert(key_of_effect(effect)).second) {
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
      auto outcomes = perform_(batch);
      land(batch);
      for (auto& outcome : outcomes) deliver_(std::move(outcome));
    }
  }

  // Before their outcomes are known to anybody: from then on the same may be asked for again.
  void land(std::span<const T> batch) {
    const std::scoped_lock lock{mutex_};
    for (const auto& effect : batch) in_flight_.erase(key_of_effect(effect));
  }

  const std::size_t queue_max_;
  const std::size_t batch_max_;
  Perform perform_;
  Deliver deliver_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> queue_;
  std::unordered_set<std::string> in_flight_;  // keys of what waits or is being performed
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
  Effects(PaymentProvider& payments, Notifier& notifier, const Deliver& deliver);

  void start(std::vector<Effect> effects);
  void stop();
  std::uint64_t dropped() const { return payments_.dropped() + notices_.dropped(); }

 private:
  EffectLane<PaymentOperation> payments_;
  EffectLane<NoticeToSend> notices_;
};

}  // namespace oms::runtime
