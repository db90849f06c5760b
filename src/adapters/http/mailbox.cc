#include "adapters/http/mailbox.h"

#include <utility>

#include "adapters/http/stream_queue.h"

namespace oms {

void Delivery::abandon() {
  const auto* start = std::get_if<StreamStart>(&content);
  if (start != nullptr && start->queue) start->queue->end();
}

Mailbox::Mailbox(std::function<void()> wake, std::function<void(Delivery&&)> inline_delivery)
    : wake_(std::move(wake)), inline_delivery_(std::move(inline_delivery)) {}

void Mailbox::put(Delivery delivery) {
  // That the exchange was dropped waits its turn: if the handler threw, its fault is the answer.
  if (handling_thread_.load(std::memory_order_relaxed) == std::this_thread::get_id() &&
      handling_serial_ == delivery.serial &&
      !std::holds_alternative<Delivery::Dropped>(delivery.content)) {
    inline_delivery_(std::move(delivery));
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      waiting_.push_back(std::move(delivery));
      // Under the lock, so that `close` can promise that no call is under way.
      if (!std::exchange(woken_, true)) wake_();
      return;
    }
  }
  delivery.abandon();
}

void Mailbox::take(std::vector<Delivery>& out) {
  const std::lock_guard lock(mutex_);
  out.swap(waiting_);
  woken_ = false;
}

void Mailbox::begin_handling(std::uint64_t serial) {
  handling_serial_ = serial;
  handling_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

void Mailbox::end_handling() {
  handling_thread_.store({}, std::memory_order_relaxed);
}

void Mailbox::close() {
  std::vector<Delivery> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(waiting_);
  }
  for (auto& delivery : dropped) delivery.abandon();
}

}  // namespace oms
