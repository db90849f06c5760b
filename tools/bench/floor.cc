#include "tools/bench/floor.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <vector>

#include "adapters/sqlite/sqlite_store.h"
#include "process/service_set.h"
#include "tools/bench/floor_raw.h"
#include "tools/bench/loop.h"

namespace oms::bench {
namespace {

constexpr std::size_t trial_orders = 32;
constexpr std::size_t orders_max = 2048;
constexpr std::size_t orders_together = 2048;
constexpr double warm_up_share = 0.2;

SqliteOptions options_of(const std::filesystem::path& path) {
  const process::Settings settings;
  return {.path = path.string(),
          .cache_bytes = settings.cache_mb << 20U,
          .page_cache_bytes = settings.page_cache_mb << 20U,
          .checkpoint_bytes = settings.checkpoint_mb << 20U};
}

// Writes through the store, which encodes the rows and remembers them.
class StoreWriter {
 public:
  explicit StoreWriter(std::unique_ptr<SqliteStore> store) : store_(std::move(store)) {}

  Result<void> take(const std::vector<FloorCommit>& commits) {
    commits_.clear();
    for (const auto& commit : commits) {
      auto& changes = commits_.emplace_back();
      for (const auto& row : commit) {
        changes.push_back(
            {.key = row.record.key(), .record = row.record, .expected = row.expected});
      }
    }
    return {};
  }

  Result<void> run() {
    for (const auto& changes : commits_) OMS_CHECK(store_->commit(changes));
    return {};
  }

 private:
  std::unique_ptr<SqliteStore> store_;
  std::vector<std::vector<Change>> commits_;
};

// Orders a second, after a warm-up; only what `run` takes is counted.
template <class Writer>
Result<double> pace(const FloorPlan& plan, Writer& writer) {
  FloorLives lives{plan.lines, plan.customers};
  OMS_TRY(auto stock, lives.stock());
  OMS_CHECK(writer.take({std::move(stock)}));
  OMS_CHECK(writer.run());
  const auto warm_up = static_cast<Nanos>(plan.seconds * warm_up_share * 1e9);
  const auto enough = static_cast<Nanos>(plan.seconds * (1 + warm_up_share) * 1e9);
  // Decided and encoded together, so that what is timed finds the processor's caches its own.
  const auto rounds = std::max<std::size_t>(1, orders_together / plan.orders);
  Nanos spent = 0;
  Nanos spent_warm = 0;
  std::size_t lived = 0;
  while (spent < enough && !is_interrupted()) {
    std::vector<FloorCommit> commits;
    for (std::size_t n = 0; n < rounds; ++n) {
      OMS_TRY(auto more, lives.next(plan.orders, plan.until));
      std::ranges::move(more, std::back_inserter(commits));
    }
    OMS_CHECK(writer.take(commits));
    const auto from = clock_now();
    OMS_CHECK(writer.run());
    const auto took = clock_now() - from;
    spent += took;
    if (spent < warm_up) continue;
    spent_warm += took;
    lived += rounds * plan.orders;
  }
  return spent_warm == 0 ? 0 : static_cast<double>(lived) * 1e9 / static_cast<double>(spent_warm);
}

Result<double> raw_pace(const FloorPlan& plan, const process::ServiceSet& services) {
  const auto options = options_of(plan.folder / "floor-raw.db");
  // Opened and closed: the store's lock must be gone before another connection writes.
  OMS_CHECK(SqliteStore::open(options, services.types()));
  OMS_TRY(const auto writer, RawWriter::open(options.path, options.page_cache_bytes,
                                             options.checkpoint_bytes, services.types()));
  return pace(plan, *writer);
}

Result<double> store_pace(const FloorPlan& plan, const process::ServiceSet& services) {
  OMS_TRY(auto store,
          SqliteStore::open(options_of(plan.folder / "floor-store.db"), services.types()));
  StoreWriter writer{std::move(store)};
  return pace(plan, writer);
}

Result<std::vector<FloorCommit>> some_lives(std::size_t orders, const FloorPlan& plan) {
  FloorLives lives{plan.lines, plan.customers};
  OMS_CHECK(lives.stock());
  OMS_CHECK(lives.next(orders, plan.until));  // creates what others only change
  return lives.next(orders, plan.until);
}

std::size_t rows_of(const std::vector<FloorCommit>& commits) {
  std::size_t count = 0;
  for (const auto& commit : commits) count += commit.size();
  return count;
}

// How many orders give commits of about so many rows.
Result<std::size_t> orders_for(const FloorPlan& plan) {
  OMS_TRY(const auto trial, some_lives(trial_orders, plan));
  const auto rows_of_one =
      static_cast<double>(rows_of(trial)) / static_cast<double>(trial.size() * trial_orders);
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(std::lround(plan.rows_per_commit / rows_of_one)), 1, orders_max);
}

}  // namespace

Result<Floor> measure_floor(FloorPlan plan) {
  const process::Settings settings;
  const process::ServiceSet services{settings};
  if (plan.rows_per_commit > 0) {
    OMS_TRY(plan.orders, orders_for(plan));
  }
  OMS_TRY(const auto lives, some_lives(plan.orders, plan));
  std::string json;
  for (const auto& commit : lives) {
    for (const auto& row : commit) row.type->encode(row.record.value(), json);
  }
  const auto count = static_cast<double>(plan.orders);
  const auto commits = static_cast<double>(lives.size());
  const auto rows = static_cast<double>(rows_of(lives));
  Floor floor{.orders = plan.orders,
              .commits_each = commits,
              .rows_each = rows / count,
              .rows_per_commit = rows / commits,
              .bytes_each = static_cast<double>(json.size()) / count};
  std::error_code ignored;
  std::filesystem::create_directories(plan.folder, ignored);
  OMS_TRY(floor.raw, raw_pace(plan, services));
  OMS_TRY(floor.store, store_pace(plan, services));
  for (const auto& name : {"floor-raw.db", "floor-store.db"}) {
    for (const auto& tail : {"", "-wal", "-shm", ".lock"}) {
      std::filesystem::remove(plan.folder / (std::string{name} + tail), ignored);
    }
  }
  return floor;
}

}  // namespace oms::bench
