#include "adapters/http/stream_queue.h"

#include <utility>

#include "adapters/http/mailbox.h"

namespace oms {

StreamQueue::StreamQueue(std::weak_ptr<Mailbox> mailbox, std::uint32_t slot, std::uint64_t serial)
    : mailbox_(std::move(mailbox)), slot_(slot), serial_(serial) {}

bool StreamQueue::send(Frame frame) {
  {
    const std::lock_guard lock(mutex_);
    if (!open_) return false;
    if (bytes_ + frame->size() > bound_) {
      open_ = false;
      overflowed_ = true;
      frames_.clear();
    } else {
      bytes_ += frame->size();
      frames_.push_back(std::move(frame));
    }
    if (std::exchange(announced_, true) && !overflowed_) return true;
  }
  ready();
  return is_open();
}

void StreamQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(open_, false)) return;
  }
  ready();
}

bool StreamQueue::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void StreamQueue::on_closed(std::move_only_function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      on_closed_ = std::move(callback);
      return;
    }
  }
  callback();
}

StreamQueue::Next StreamQueue::take(std::string& out, std::size_t size) {
  const std::lock_guard lock(mutex_);
  if (overflowed_) return Next::abort;
  while (!frames_.empty() && out.size() < size) {
    out.append(*frames_.front());
    bytes_ -= frames_.front()->size();
    frames_.pop_front();
  }
  if (!frames_.empty()) return Next::more;
  announced_ = false;
  return open_ ? Next::wait : Next::finish;
}

void StreamQueue::set_bound(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bound_ = bytes;
}

void StreamQueue::end() {
  std::move_only_function<void()> callback;
  std::deque<Frame> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    open_ = false;
    dropped.swap(frames_);
    callback = std::move(on_closed_);
  }
  if (callback) callback();
}

void StreamQueue::ready() {
  if (const auto mailbox = mailbox_.lock()) {
    mailbox->put({slot_, serial_, Delivery::StreamReady{}});
  }
}

}  // namespace oms
