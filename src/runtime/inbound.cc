#include "runtime/inbound.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace oms::runtime {

bool InboundQueue::offer(Inbound& inbound, Lane lane) {
  bool must_wake = false;
  {
    const std::scoped_lock lock{mutex_};
    auto& queue = lane == Lane::urgent ? urgent_ : normal_;
    if (is_closed_ || queue.size() >= lane_max_) return false;
    if (is_awaited_by_caller(inbound)) ++callers_;
    queue.push_back(std::move(inbound));
    const bool is_company = enough_ > 0 && (callers_ == 1 || waiting() >= enough_);
    must_wake = std::exchange(is_awaited_, false) || is_company;
  }
  if (must_wake) arrived_.notify_one();
  return true;
}

void InboundQueue::take(std::vector<Inbound>& batch, std::size_t max, Duration patience) {
  std::unique_lock lock{mutex_};
  const bool has_room = batch.size() < max;
  const auto is_over = [&] { return is_nudged_ || (has_room && (waiting() > 0 || is_closed_)); };
  if (patience > Duration{0} && !is_over()) {
    is_awaited_ = has_room;
    arrived_.wait_for(lock, patience, is_over);
    is_awaited_ = false;
  }
  if (is_nudged_) return;
  for (auto* queue : {&urgent_, &normal_}) {
    while (!queue->empty() && batch.size() < max) {
      if (is_awaited_by_caller(queue->front())) --callers_;
      batch.push_back(std::move(queue->front()));
      queue->pop_front();
    }
  }
}

void InboundQueue::await_company(std::size_t enough, Duration patience, Duration for_callers) {
  std::unique_lock lock{mutex_};
  const auto is_over = [&] { return is_nudged_ || is_closed_ || waiting() >= enough; };
  enough_ = enough;
  const auto end = std::chrono::steady_clock::now() + patience;
  arrived_.wait_until(lock, end, [&] { return is_over() || callers_ > 0; });
  if (!is_over() && callers_ > 0) {
    const auto answered = std::chrono::steady_clock::now() + for_callers;
    arrived_.wait_until(lock, std::min(end, answered), is_over);
  }
  enough_ = 0;
}

// Under the lock: once the taker has been nudged it may end, and the queue with it.
void InboundQueue::nudge() {
  const std::scoped_lock lock{mutex_};
  is_nudged_ = true;
  arrived_.notify_one();
}

bool InboundQueue::was_nudged() {
  const std::scoped_lock lock{mutex_};
  return std::exchange(is_nudged_, false);
}

void InboundQueue::close() {
  {
    const std::scoped_lock lock{mutex_};
    is_closed_ = true;
  }
  arrived_.notify_all();
}

bool InboundQueue::is_closed() const {
  const std::scoped_lock lock{mutex_};
  return is_closed_;
}

bool InboundQueue::is_drained() const {
  const std::scoped_lock lock{mutex_};
  return is_closed_ && waiting() == 0;
}

std::size_t InboundQueue::size() const {
  const std::scoped_lock lock{mutex_};
  return waiting();
}

}  // namespace oms::runtime
