#include "adapters/postgres/commit_writer.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <exception>
#include <random>
#include <utility>

#include "adapters/postgres/commit_plan.h"
#include "adapters/postgres/row_reader.h"

namespace oms::postgres {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds looks_again_after{100};

constexpr std::string_view join_sql =
    "insert into runtime_writer (id, epoch, number, at, declares) values ($1, 1, 0, now(), $2) on "
    "conflict (id) do update set epoch = runtime_writer.epoch + 1, at = now() returning epoch, "
    "number";
constexpr std::string_view fence_sql =
    "with done as (update runtime_writer set number = $3, at = now() where id = $1 and epoch = $2 "
    "returning 1) select 1 / (count(*) = 1)::int from done";
constexpr std::string_view leave_sql = "delete from runtime_writer where id = $1";

// Where these stand in a commit.
constexpr std::size_t begin_at = 0;
constexpr std::size_t fence_at = 1;
constexpr std::size_t rows_at = 2;

std::string random_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

}  // namespace

CommitWriter::CommitWriter(const Layout& layout, Connection connection, milliseconds resolves_in)
    : layout_(layout),
      connection_(std::move(connection)),
      resolves_in_(resolves_in),
      id_(random_id()),
      declares_(digest_of(layout.types())) {}

CommitWriter::~CommitWriter() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  // One that stays is removed by another process after a day.
  if (release() && joined_on_ == connection_.number()) {
    const Request leave{leave_sql, {id_}};
    (void)connection_.exchange({&leave, 1});
  }
}

Result<void> CommitWriter::open() {
  OMS_CHECK(join());
  thread_ = std::thread{[this] { run(); }};
  ::pthread_setname_np(thread_.native_handle(), "oms-commit");
  return {};
}

// --- the caller's side ------------------------------------------------------------------------

void CommitWriter::begin(std::span<const Change> changes, std::function<void()> done) {
  {
    const std::scoped_lock lock{mutex_};
    changes_ = changes;
    done_ = std::move(done);
    outcome_.reset();
  }
  changed_.notify_all();
}

Result<void> CommitWriter::finish() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return outcome_.has_value(); });
  return *std::exchange(outcome_, std::nullopt);
}

// The connection is then the caller's until `begin`.
void CommitWriter::wait_until_idle() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return !is_busy_ && !changes_; });
}

Result<std::vector<Found>> CommitWriter::hold(std::span<const Key> keys) {
  wait_until_idle();
  OMS_TRY(const auto load, Load::of(layout_, keys, Hold::yes));
  for (bool is_again = is_holding();; is_again = true) {
    OMS_CHECK(join());
    const auto answers = connection_.exchange(load.requests);
    if (answers) {
      held_on_ = connection_.number();
      return load.read(keys, *answers);
    }
    if (!answers.error().is_lost) roll_back();
    const bool may_ask_again = answers.error().is_lost && !answers.error().is_late;
    if (!may_ask_again || is_again) return std::unexpected(answers.error().error);
  }
}

Result<void> CommitWriter::release() {
  if (held_on_ == 0) return {};
  wait_until_idle();
  if (is_holding()) roll_back();
  held_on_ = 0;
  return {};
}

// --- the writer's side ------------------------------------------------------------------------

void CommitWriter::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return is_stopped_ || changes_; });
    if (!changes_) return;
    is_busy_ = true;
    const auto changes = *std::exchange(changes_, std::nullopt);
    const auto done = std::exchange(done_, {});
    lock.unlock();
    auto outcome = write(changes);
    lock.lock();
    is_busy_ = false;
    outcome_ = std::move(outcome);
    lock.unlock();
    changed_.notify_all();
    done();
    lock.lock();
  }
}

Result<void> CommitWriter::write(std::span<const Change> changes) try {
  auto plan = CommitPlan::of(layout_, changes);
  if (!plan || plan->requests.empty()) {
    if (is_holding()) roll_back();
    held_on_ = 0;
    return plan ? Result<void>{} : std::unexpected(std::move(plan).error());
  }
  std::vector<Request> requests(rows_at);
  requests[begin_at] = {.sql = "begin"};
  std::ranges::move(plan->requests, std::back_inserter(requests));
  requests.push_back({.sql = "commit"});
  auto written = write_until(requests, *plan);
  held_on_ = 0;
  return written;
} catch (const std::exception& problem) {
  return fail(ErrorKind::internal, fmt::format("a record cannot be written: {}", problem.what()));
}

// Until it is known how it has ended, or it takes too long.
Result<void> CommitWriter::write_until(std::vector<Request>& requests, const CommitPlan& plan) {
  ++number_;
  std::optional<Clock::time_point> deadline;  // once an answer was lost
  for (;;) {
    if (auto joined = join(); !joined) {
      const bool is_over = !deadline || joined.error().kind == ErrorKind::internal;
      if (is_over || Clock::now() >= *deadline) return joined;
      std::this_thread::sleep_for(std::max(connection_.pause(), looks_again_after));
      continue;
    }
    if (deadline && committed_ == number_) return {};
    requests[fence_at] = {fence_sql, {id_, integer(epoch_), integer(number_)}};
    const auto from = is_holding() ? fence_at : begin_at;
    auto done = connection_.exchange(std::span{requests}.subspan(from));
    if (done) return {};
    auto& [error, failed, is_lost, _] = done.error();
    failed += from;
    const bool is_late = deadline && Clock::now() >= *deadline;
    if (!deadline) deadline = Clock::now() + resolves_in_;
    if (is_lost && !is_late) continue;
    if (!is_lost) roll_back();
    if (failed == fence_at && error.kind == ErrorKind::conflict && !is_late) {
      joined_on_ = 0;  // the row has gone, such as by a database that was restored
      continue;
    }
    const bool is_row = failed >= rows_at && failed + 1 < requests.size();
    if (error.kind == ErrorKind::conflict && is_row) {
      error.detail = fmt::format("{} is not as it was read any more: {}",
                                 plan.subject(failed - rows_at), error.detail);
    }
    return std::unexpected(std::move(error));
  }
}

// Connects if need be, and then raises the epoch.
Result<void> CommitWriter::join() {
  if (auto opened = connection_.open(); !opened) return opened;
  if (joined_on_ == connection_.number()) return {};
  const Request request{join_sql, {id_, declares_}};
  auto answers = connection_.exchange({&request, 1});
  if (!answers) {
    Error error = std::move(answers.error().error);
    if (error.kind == ErrorKind::conflict) error.kind = ErrorKind::unavailable;  // it still runs
    return std::unexpected(std::move(error));
  }
  epoch_ = answers->front().integer(0, 0);
  committed_ = answers->front().integer(0, 1);
  joined_on_ = connection_.number();
  return {};
}

void CommitWriter::roll_back() {
  held_on_ = 0;
  const Request request{.sql = "rollback"};
  if (!connection_.exchange({&request, 1})) connection_.close();
}

}  // namespace oms::postgres
