#include "adapters/simulated/inbox.h"

#include <algorithm>
#include <iterator>

namespace oms::simulated {
namespace {

template <class T>
void append_to(std::vector<T>& all, std::vector<T>& more) {
  all.insert(all.end(), std::move_iterator{more.begin()}, std::move_iterator{more.end()});
}

}  // namespace

void Work::append(Work more) {
  append_to(checkouts, more.checkouts);
  append_to(performs, more.performs);
  append_to(deliveries, more.deliveries);
  is_last |= more.is_last;
}

bool Inbox::add(CheckoutJob& job) {
  const std::scoped_lock lock{mutex_};
  if (is_closed_ || checkouts_.size() >= max_waiting_) return false;
  checkouts_.push_back(std::move(job));
  // While a batch gathers only the request that fills it matters.
  if (checkouts_.size() == 1 || checkouts_.size() == batch_max) arrived_.notify_one();
  return true;
}

bool Inbox::add_and_wait(PerformJob& job) {
  std::unique_lock lock{mutex_};
  if (is_closed_) return false;
  performs_.push_back(&job);
  arrived_.notify_one();
  finished_.wait(lock, [&] { return job.is_done; });
  return true;
}

void Inbox::finish(PerformJob& job) {
  {
    const std::scoped_lock lock{mutex_};
    job.is_done = true;
  }
  finished_.notify_all();
}

void Inbox::add(const Delivery& delivery) {
  const std::scoped_lock lock{mutex_};
  if (!is_closed_) deliveries_.push_back(delivery);
}

void Inbox::wake() {
  const std::scoped_lock lock{mutex_};
  is_woken_ = true;
  arrived_.notify_one();
}

void Inbox::close() {
  const std::scoped_lock lock{mutex_};
  is_closed_ = true;
  arrived_.notify_one();
}

Work Inbox::take(std::optional<Steady::time_point> until) {
  std::unique_lock lock{mutex_};
  const auto is_ready = [this] {
    return is_woken_ || is_closed_ || !checkouts_.empty() || !performs_.empty();
  };
  if (until) {
    arrived_.wait_until(lock, *until, is_ready);
  } else {
    arrived_.wait(lock, is_ready);
  }
  is_woken_ = false;
  Work work{.performs = std::move(performs_),
            .deliveries = std::move(deliveries_),
            .is_last = is_closed_};
  performs_.clear();
  deliveries_.clear();
  const auto count = std::min(checkouts_.size(), batch_max);
  const auto end = checkouts_.begin() + static_cast<std::ptrdiff_t>(count);
  work.checkouts.assign(std::move_iterator{checkouts_.begin()}, std::move_iterator{end});
  checkouts_.erase(checkouts_.begin(), end);
  return work;
}

void Inbox::gather(Steady::time_point until) {
  std::unique_lock lock{mutex_};
  arrived_.wait_until(lock, until, [this] { return is_closed_ || checkouts_.size() >= batch_max; });
}

}  // namespace oms::simulated
