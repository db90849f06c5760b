#include "adapters/sqlite/upgrade_progress.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace oms::sqlite {
namespace {

constexpr int steps_between_looks = 100'000;  // of SQLite's machine: some milliseconds

}  // namespace

UpgradeProgress::UpgradeProgress(Connection& connection, TellUpgrade tell)
    : connection_(connection.handle()), tell_(std::move(tell)) {
  if (!tell_) return;
  const auto look_on = [](void* self) {
    static_cast<UpgradeProgress*>(self)->look();
    return 0;  // go on
  };
  sqlite3_progress_handler(connection_, steps_between_looks, look_on, this);
}

UpgradeProgress::~UpgradeProgress() {
  sqlite3_progress_handler(connection_, 0, nullptr, nullptr);
}

void UpgradeProgress::begin(std::string_view what) {
  reach(what, 0, 0);
}

void UpgradeProgress::reach(std::string_view what, std::int64_t done, std::int64_t of) {
  if (what_ != what) what_ = what;
  done_ = done;
  of_ = of;
}

void UpgradeProgress::look() {
  const auto now = std::chrono::steady_clock::now();
  if (now - told_at_ < std::chrono::seconds{1}) return;
  told_at_ = now;
  tell_(of_ > 0 ? fmt::format("{}, {} %", what_, 100 * done_ / of_) : what_);
}

}  // namespace oms::sqlite
