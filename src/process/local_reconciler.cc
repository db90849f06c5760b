#include "process/local_reconciler.h"

#include <pthread.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "codec/json_names.h"
#include "services/reconciliation/rules.h"

namespace oms::process {
namespace {

using State = Reconciliation::State;

constexpr Duration longest_pause_between_looks = std::chrono::seconds{10};
constexpr Duration pause_before_repair_is_seen = std::chrono::seconds{1};
constexpr int looks_at_repairs_max = 15;

std::set<Id> orders_of(const std::vector<Finding>& findings) {
  std::set<Id> orders;
  for (const auto& finding : findings) orders.insert(finding.order_id);
  return orders;
}

Time placed_at(const Id& order) {
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds * 256 + order.bytes().at(i);
  return {seconds * 1000};
}

// From when on the orders of all of these are looked at.
Time oldest_of(const std::vector<Finding>& findings, Time since) {
  auto oldest = findings.front().since;
  for (const auto& finding : findings) oldest = std::min(oldest, placed_at(finding.order_id));
  return std::max(oldest - std::chrono::minutes{10}, since);
}

}  // namespace

LocalReconciler::LocalReconciler(Parts parts, const ReconciliationSettings& settings)
    : parts_(std::move(parts)), settings_(settings) {}

LocalReconciler::~LocalReconciler() {
  stop();
}

void LocalReconciler::begin() {
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "oms-reconcile");
    loop(stop);
  }};
}

void LocalReconciler::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<Reconciliation> LocalReconciler::start(const ReconciliationRequest& request, By by) {
  const std::scoped_lock lock{mutex_};
  if (current_.state == State::running) {
    return fail(ErrorKind::conflict, "a reconciliation is under way since " +
                                         to_text(current_.started_at) + ": wait until it is done");
  }
  auto begun = begin_run(request, std::move(by));
  changed_.notify_all();
  return begun;
}

Result<Reconciliation> LocalReconciler::last() const {
  return current();
}

Reconciliation LocalReconciler::current() const {
  const std::scoped_lock lock{mutex_};
  return current_;
}

ReconciliationCounts LocalReconciler::counts() const {
  const std::scoped_lock lock{mutex_};
  return counts_;
}

void LocalReconciler::loop(const std::stop_token& stop) {
  while (wait_for_turn(stop)) {
    const auto outcome = compare(stop);
    if (!stop.stop_requested()) end_run(outcome);
  }
}

// Until a run was asked for, or it is time for the next.
bool LocalReconciler::wait_for_turn(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  const auto is_asked = [this] { return current_.state == State::running; };
  if (settings_.every > Duration{0}) {
    changed_.wait_for(lock, stop, settings_.every, is_asked);
  } else {
    changed_.wait(lock, stop, is_asked);
  }
  if (stop.stop_requested()) return false;
  if (!is_asked()) begin_run({}, {.who = "reconciliation"});
  return true;
}

// Under the lock.
Reconciliation LocalReconciler::begin_run(const ReconciliationRequest& request, By by) {
  const auto now = parts_.books.clock.wall();
  by_ = std::move(by);
  current_ = {
      .state = State::running,
      .must_repair = request.must_repair,
      .since = std::max(request.since.value_or(now - settings_.look_back), now - settings_.kept),
      .started_at = now};
  return current_;
}

Result<void> LocalReconciler::compare(const std::stop_token& stop) {
  const auto since = current().since;
  OMS_TRY(const auto first, look(1, since, {}, stop));
  update([&](Reconciliation& run) {
    run.orders = first.orders;
    run.charges = first.charges;
  });
  if (first.findings.empty()) return {};
  pause(std::min(settings_.grace, longest_pause_between_looks), stop);
  OMS_TRY(auto second, look(2, oldest_of(first.findings, since), {}, stop));
  const auto standing =
      reconciliation::standing_in_both(first.findings, std::move(second.findings));
  update([&](Reconciliation& run) {
    run.findings = standing;
    run.unlisted = std::min(first.unlisted, second.unlisted);
  });
  return current().must_repair ? repair(standing, stop) : Result<void>{};
}

Result<void> LocalReconciler::repair(const std::vector<Finding>& findings,
                                     const std::stop_token& stop) {
  auto repairable = findings;
  std::erase_if(repairable, [](const Finding& each) { return each.repair == Repair::none; });
  if (repairable.empty()) return {};
  submit_repairs(repairable);
  const auto watched = orders_of(repairable);
  const auto since = oldest_of(repairable, current().since);
  BooksWalk::Seen seen;
  for (int n = 0; n < looks_at_repairs_max; ++n) {
    if (!pause(pause_before_repair_is_seen, stop)) break;
    OMS_TRY(seen, look(3, since, watched, stop));
    if (seen.in_motion.empty()) break;
  }
  const auto left = reconciliation::standing_in_both(repairable, std::move(seen.findings));
  update([&](Reconciliation& run) {
    for (auto& finding : run.findings) {
      finding.is_repaired = finding.repair != Repair::none &&
                            !seen.in_motion.contains(finding.order_id) &&
                            reconciliation::standing_in_both({finding}, left).empty();
      counts_.repairs += finding.is_repaired ? 1 : 0;
    }
  });
  return {};
}

// Nobody waits for them: the next look sees what has come of them.
void LocalReconciler::submit_repairs(const std::vector<Finding>& findings) {
  for (const auto& finding : findings) {
    auto payload = reconciliation::repair_of(finding);
    if (!payload) continue;
    auto by = by_;
    by.reason = fmt::format("reconciliation: {}", json::name_of(finding.kind));
    parts_.commands.submit({.id = parts_.make_id(),
                            .order_id = finding.order_id,
                            .payload = *std::move(payload),
                            .by = std::move(by)},
                           Lane::urgent, [](const Result<Record>&) {});
  }
}

// The third looks at what was in motion just now, too.
Result<BooksWalk::Seen> LocalReconciler::look(int number, Time since, const std::set<Id>& watched,
                                              const std::stop_token& stop) {
  update([&](Reconciliation& run) {
    run.look = number;
    run.percent = 0;
  });
  const auto grace = watched.empty() ? settings_.grace : Duration{0};
  auto& clock = parts_.books.clock;
  const BooksWalk::Period period{.since = since, .until = std::max(clock.now(), clock.wall())};
  BooksWalk walk{parts_.books, period, grace, stop};
  walk.watch(watched);
  return walk.run([&](int percent, const BooksWalk::Seen& so_far) {
    update([&](Reconciliation& run) {
      run.percent = percent;
      if (number == 1) run.orders = so_far.orders;
      if (number == 1) run.charges = so_far.charges;
    });
  });
}

bool LocalReconciler::pause(Duration span, const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, stop, span, [] { return false; });
  return !stop.stop_requested();
}

void LocalReconciler::update(const std::function<void(Reconciliation&)>& change) {
  const std::scoped_lock lock{mutex_};
  change(current_);
}

void LocalReconciler::end_run(const Result<void>& outcome) {
  std::string text;
  update([&](Reconciliation& run) {
    run.state = outcome ? State::done : State::failed;
    run.ended_at = parts_.books.clock.wall();
    run.percent = 100;
    if (!outcome) {
      run.failure = outcome.error().detail;
      ++counts_.failures;
      text = "reconciliation has not come to its end: " + run.failure;
      return;
    }
    ++counts_.runs;
    counts_.last_end = *run.ended_at;
    counts_.left = {};
    for (const auto& finding : run.findings) {
      if (!finding.is_repaired) ++counts_.left.at(static_cast<std::size_t>(finding.kind));
    }
    if (run.left() > 0) {
      text = fmt::format(
          "reconciliation: {} differences between orders, stock, payments and the provider's "
          "books; "
          "`oms reconcile` explains them",
          run.left());
    }
  });
  if (!text.empty()) parts_.warn(text);
}

}  // namespace oms::process
