#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/sqlite_connection/connection.h"

namespace oms::sqlite {

// Hears what an upgrade is at, once for each second that it takes: "orders_order, 43 %".
using TellUpgrade = std::function<void(std::string_view)>;

// While it lives, SQLite's work on the connection is watched.
class UpgradeProgress {
 public:
  UpgradeProgress(Connection& connection, TellUpgrade tell);
  ~UpgradeProgress();
  UpgradeProgress(const UpgradeProgress&) = delete;
  UpgradeProgress& operator=(const UpgradeProgress&) = delete;

  // The current table, and how much of it is done.
  void begin(std::string_view what);
  void reach(std::string_view what, std::int64_t done, std::int64_t of);

 private:
  void look();

  sqlite3* connection_;
  TellUpgrade tell_;
  std::chrono::steady_clock::time_point told_at_ = std::chrono::steady_clock::now();
  std::string what_;
  std::int64_t done_ = 0;
  std::int64_t of_ = 0;
};

}  // namespace oms::sqlite
