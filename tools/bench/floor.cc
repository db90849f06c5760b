#include "tools/bench/floor.h"

#include <algorithm>
#include <cmath>
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
constexpr double warm_up_share = 0.2;

SqliteOptions options_of(const std::filesystem::path& path) {
  const process::Settings settings;
  return {.path = path.string(),
          .cache_bytes = settings.cache_mb << 20U,
          .page_cache_bytes = settings.page_cache_mb << 20U,
          .checkpoint_bytes = settings.checkpoint_mb << 20U};
}

// A file as the server makes it, with what the recording's rows share already in it.
Result<std::unique_ptr<SqliteStore>> new_store(const SqliteOptions& options,
                                               const process::ServiceSet& services,
                                               const Recording& recording) {
  OMS_TRY(auto store, SqliteStore::open(options, services.types()));
  std::vector<Change> changes;
  for (const auto& record : recording.shared) {
    changes.push_back({.key = record.key(), .record = record});
  }
  OMS_CHECK(store->commit(changes));
  return store;
}

// The recording's commits as the store takes them.
class StoreReplay {
 public:
  StoreReplay(SqliteStore& store, const Recording& recording)
      : store_(store), recording_(recording) {
    const TokenFinder finder{recording};
    for (const auto& commit : recording.commits) {
      for (const auto& row : commit) {
        auto& text = texts_.emplace_back();
        row.type->encode(row.record.value(), text);
        places_.push_back(finder.places_in(text));
      }
    }
  }

  // The records with these names in them. Not part of what is measured.
  Result<void> renew(const Names& names) {
    commits_.clear();
    std::size_t n = 0;
    for (const auto& commit : recording_.commits) {
      auto& changes = commits_.emplace_back();
      for (const auto& row : commit) {
        put_names(names, places_[n], texts_[n]);
        OMS_TRY(auto value, row.type->decode(texts_[n]));
        ++n;
        Record record{*row.type, std::move(value)};
        const auto key = record.key();
        changes.push_back({.key = key, .record = std::move(record), .expected = row.expected});
      }
    }
    return {};
  }

  Result<void> run() {
    for (std::size_t i = 0; i < commits_.size(); ++i) {
      for (std::size_t k = 0; k < commits_[i].size(); ++k) {
        if (!recording_.commits[i][k].is_shared) continue;
        auto& change = commits_[i][k];
        change.expected = versions_.try_emplace(change.key, 1).first->second++;
      }
      OMS_CHECK(store_.commit(commits_[i]));
    }
    return {};
  }

 private:
  SqliteStore& store_;
  const Recording& recording_;
  std::vector<std::string> texts_;
  std::vector<TokenPlaces> places_;
  std::vector<std::vector<Change>> commits_;
  std::unordered_map<Key, std::uint64_t> versions_;
};

// Orders a second, after a warm-up; only what `run` takes is counted.
template <class Renew, class Run>
Result<double> pace(std::size_t orders, double seconds, Renew renew, Run run) {
  Nanos spent = 0;
  std::size_t lived = 0;
  const auto begun = clock_now();
  const auto warm = begun + static_cast<Nanos>(seconds * warm_up_share * 1e9);
  const auto until = begun + static_cast<Nanos>(seconds * (1 + warm_up_share) * 1e9);
  while (clock_now() < until && !is_interrupted()) {
    OMS_CHECK(renew());
    const auto from = clock_now();
    OMS_CHECK(run());
    const auto to = clock_now();
    if (from < warm) continue;
    spent += to - from;
    lived += orders;
  }
  return spent == 0 ? 0 : static_cast<double>(lived) * 1e9 / static_cast<double>(spent);
}

Result<double> raw_pace(const FloorPlan& plan, const process::ServiceSet& services,
                        const Recording& recording) {
  const auto options = options_of(plan.folder / "floor-raw.db");
  // Opened and closed: the store's lock must be gone before another connection writes.
  OMS_TRY(auto store, new_store(options, services, recording));
  store.reset();
  OMS_TRY(const auto replay, RawReplay::open(options.path, options.page_cache_bytes,
                                             options.checkpoint_bytes, recording));
  Names names{recording, plan.customers};
  return pace(
      recording.orders, plan.seconds,
      [&]() -> Result<void> {
        names.renew();
        return {};
      },
      [&] { return replay->run(names); });
}

Result<double> store_pace(const FloorPlan& plan, const process::ServiceSet& services,
                          const Recording& recording) {
  OMS_TRY(const auto store,
          new_store(options_of(plan.folder / "floor-store.db"), services, recording));
  StoreReplay replay{*store, recording};
  Names names{recording, plan.customers};
  return pace(
      recording.orders, plan.seconds,
      [&] {
        names.renew();
        return replay.renew(names);
      },
      [&] { return replay.run(); });
}

// How many orders give commits of about so many rows.
Result<std::size_t> orders_for(const FloorPlan& plan) {
  OMS_TRY(const auto trial, record_lives(trial_orders, plan.lines, plan.until));
  const auto rows_of_one =
      static_cast<double>(trial.rows()) / static_cast<double>(trial.commits.size() * trial_orders);
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(std::lround(plan.rows_per_commit / rows_of_one)), 1, orders_max);
}

}  // namespace

Result<Floor> measure_floor(const FloorPlan& plan) {
  const process::Settings settings;
  const process::ServiceSet services{settings};
  std::size_t orders = plan.orders;
  if (plan.rows_per_commit > 0) {
    OMS_TRY(orders, orders_for(plan));
  }
  OMS_TRY(const auto recording, record_lives(orders, plan.lines, plan.until));
  Floor floor{.orders = orders};
  std::size_t bytes = 0;
  for (const auto& commit : recording.commits) {
    for (const auto& row : commit) {
      std::string json;
      row.type->encode(row.record.value(), json);
      bytes += json.size();
    }
  }
  const auto count = static_cast<double>(orders);
  const auto commits = static_cast<double>(recording.commits.size());
  floor.commits_each = commits;
  floor.rows_each = static_cast<double>(recording.rows()) / count;
  floor.rows_per_commit = static_cast<double>(recording.rows()) / commits;
  floor.bytes_each = static_cast<double>(bytes) / count;
  std::error_code ignored;
  std::filesystem::create_directories(plan.folder, ignored);
  OMS_TRY(floor.raw, raw_pace(plan, services, recording));
  OMS_TRY(floor.store, store_pace(plan, services, recording));
  for (const auto& name : {"floor-raw.db", "floor-store.db"}) {
    for (const auto& tail : {"", "-wal", "-shm", ".lock"}) {
      std::filesystem::remove(plan.folder / (std::string{name} + tail), ignored);
    }
  }
  return floor;
}

}  // namespace oms::bench
