#include "adapters/simulated/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace oms::simulated {
namespace {

template <class T>
void append_to(std::vector<T>& all, std::vector<T>& more) {
  all.insert(all.end(), std::move_iterator{more.begin()}, std::move_iterator{more.end()});
}

}  // namespace

void Work::append(Work more) {
  append_to(checkouts, more.checkouts);
  append_to(operations, more.operations);
  append_to(requests, more.requests);
  append_to(lists, more.lists);
  append_to(deliveries, more.deliveries);
  is_last |= more.is_last;
}

template <class Job>
bool Inbox::add_to(std::deque<Job>& jobs, Job& job) {
  const std::scoped_lock lock{mutex_};
  if (is_closed_ || jobs.size() >= max_waiting_) return false;
  jobs.push_back(std::move(job));
  // While a batch gathers only the job that fills it matters.
  if (jobs.size() == 1 || jobs.size() == batch_max) arrived_.notify_one();
  return true;
}

// The last batch has all.
template <class Job>
std::vector<Job> Inbox::take_from(std::deque<Job>& jobs) const {
  const auto count = is_closed_ ? jobs.size() : std::min(jobs.size(), batch_max);
  const auto end = jobs.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Job> taken{std::move_iterator{jobs.begin()}, std::move_iterator{end}};
  jobs.erase(jobs.begin(), end);
  return taken;
}

bool Inbox::add(CheckoutJob& job) {
  return add_to(checkouts_, job);
}

bool Inbox::add(OperationJob& job) {
  return add_to(operations_, job);
}

bool Inbox::add(ApiJob& job) {
  return add_to(requests_, job);
}

bool Inbox::add(ListJob& job) {
  return add_to(lists_, job);
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
    return is_woken_ || is_closed_ || !checkouts_.empty() || !operations_.empty() ||
           !requests_.empty() || !lists_.empty();
  };
  if (until) {
    arrived_.wait_until(lock, *until, is_ready);
  } else {
    arrived_.wait(lock, is_ready);
  }
  is_woken_ = false;
  return {.checkouts = take_from(checkouts_),
          .operations = take_from(operations_),
          .requests = take_from(requests_),
          .lists = take_from(lists_),
          .deliveries = std::exchange(deliveries_, {}),
          .is_last = is_closed_};
}

void Inbox::gather(Steady::time_point until) {
  std::unique_lock lock{mutex_};
  arrived_.wait_until(lock, until, [this] {
    return is_closed_ || checkouts_.size() >= batch_max || operations_.size() >= batch_max ||
           requests_.size() >= batch_max;
  });
}

}  // namespace oms::simulated
