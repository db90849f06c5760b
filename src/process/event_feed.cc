#include "process/event_feed.h"

#include <pthread.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "process/awaited.h"

namespace oms::process {
namespace {

// What happened while this process was away is told by webhook again, for days: this makes up for
// the start of a short absence alone.
constexpr Duration first_look_back = std::chrono::hours{6};
// The provider's clock and ours may differ, and it may list an event late.
constexpr Duration overlap = std::chrono::minutes{10};
// A webhook on its way comes first.
constexpr Duration longest_grace = std::chrono::seconds{30};

// Ends when the last of a page has been taken in, with the first failure.
struct Round {
  std::size_t left = 0;
  std::move_only_function<void(Result<bool>)> done = {};
  std::mutex mutex = {};
  Result<bool> outcome = true;

  void end(Result<void> result) {
    std::unique_lock lock{mutex};
    if (!result) outcome = std::unexpected(std::move(result).error());
    const bool is_last = --left == 0;
    lock.unlock();
    if (is_last) done(std::move(outcome));
  }
};

}  // namespace

EventFeed::EventFeed(Parts parts, Duration every)
    : parts_(std::move(parts)),
      every_(every),
      log_("asking the payment provider for its events", parts_.warn),
      covered_until_(parts_.clock.wall() - first_look_back) {}

EventFeed::~EventFeed() {
  stop();
}

void EventFeed::begin() {
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "oms-events");
    loop(stop);
  }};
}

void EventFeed::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

EventFeed::Counts EventFeed::counts() const {
  const std::scoped_lock lock{mutex_};
  return counts_;
}

void EventFeed::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto outcome = pass(stop);
    if (stop.stop_requested()) return;
    if (outcome) {
      log_.succeeded();
    } else {
      log_.failed(outcome.error());
    }
    std::unique_lock lock{mutex_};
    ++(outcome ? counts_.passes : counts_.failures);
    changed_.wait_for(lock, stop, every_, [] { return false; });
  }
}

Result<void> EventFeed::pass(const std::stop_token& stop) {
  const auto until = parts_.clock.wall() - std::min(every_, longest_grace);
  EventsWanted wanted{.since = covered_until_ - overlap, .until = until};
  std::size_t unreadable = 0;
  do {
    OMS_TRY(auto page, await<EventPage>(stop, [&](PaymentProvider::OnEvents on_events) {
              parts_.provider.list_events(wanted, std::move(on_events));
            }));
    unreadable += page.unreadable;
    OMS_CHECK(take(std::move(page.events), stop));
    wanted.cursor = std::move(page.next);
  } while (!wanted.cursor.empty());
  covered_until_ = std::max(covered_until_, until);
  if (std::exchange(unreadable_, unreadable) < unreadable) {  // once, though windows overlap
    parts_.warn(
        fmt::format("{} of the payment provider's events cannot be read: compare the books "
                    "by `oms reconcile`",
                    unreadable));
  }
  return {};
}

Result<void> EventFeed::take(std::vector<Message> events, const std::stop_token& stop) {
  std::erase_if(events, [this](const Message& event) { return parts_.intake.has_taken(event); });
  if (events.empty()) return {};
  const auto ours =
      std::ranges::count_if(events, [](const Message& event) { return !event.order_id.is_nil(); });
  OMS_CHECK(await<bool>(stop, [&](auto done) {
    auto round = std::make_shared<Round>();
    round->left = events.size();
    round->done = std::move(done);
    for (auto& event : events) {
      parts_.intake.take(std::move(event),
                         [round](Result<void> result) { round->end(std::move(result)); });
    }
  }));
  const std::scoped_lock lock{mutex_};
  counts_.recovered += static_cast<std::uint64_t>(ours);
  return {};
}

}  // namespace oms::process
