#include "tools/bench/floor_compared.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "tools/bench/chart.h"
#include "tools/bench/loop.h"

namespace oms::bench {
namespace {

double rows_per_batch(const Session& session) {
  const auto batches = static_cast<double>(session.to.batches - session.from.batches);
  const auto rows = static_cast<double>(session.to.rows - session.from.rows);
  return batches > 0 ? rows / batches : 0;
}

}  // namespace

bool FloorCompared::needs_trial() const {
  return session_.options.with_floor && session_.options.floor_batch == 0;
}

void FloorCompared::measure(std::string_view when) {
  const auto& options = session_.options;
  if (!options.with_floor || is_interrupted()) return;
  const auto rows = options.floor_batch == 0 ? rows_per_batch(session_) : 0;
  if (options.floor_batch == 0 && rows == 0) {
    session_.report.fault("no floor: the server has committed nothing, so how much is not known");
    return;
  }
  const auto floor = measure_in_folder(rows);
  if (!floor) return session_.report.fault("no floor: " + floor.error().detail);
  if (floor->raw <= 0) return;  // interrupted
  session_.report.number(
      fmt::format("floor_{}", when), floor->raw,
      fmt::format(
          "floor    {} a second {}: {:.2f} rows and {:.0f} bytes for each order, {:.0f} rows "
          "in each commit; {} through the store",
          count_text(floor->raw), when, floor->rows_each, floor->bytes_each, floor->rows_per_commit,
          count_text(floor->store)));
  sum_ += floor->raw;
  ++measured_;
}

// Beside the server's files, if it is known where they are.
Result<Floor> FloorCompared::measure_in_folder(double rows_per_commit) {
  const auto& options = session_.options;
  const std::filesystem::path beside = !options.keep.empty() ? options.keep : options.data;
  const auto parent = beside.empty() ? std::filesystem::temp_directory_path() : beside;
  auto name = (parent / "oms-floor-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(ErrorKind::unavailable, "cannot create a folder like " + name);
  }
  auto floor = measure_floor({.folder = name,
                              .until = until_,
                              .orders = options.floor_batch,
                              .rows_per_commit = rows_per_commit,
                              .lines = options.lines,
                              .customers = options.customers});
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
  return floor;
}

void FloorCompared::report(double rate) {
  if (measured_ == 0) return;
  const auto ratio = rate * measured_ / sum_;
  session_.report.number("ratio_to_floor", ratio,
                         fmt::format("ratio    {:.3f} of what SQLite alone could write", ratio));
}

}  // namespace oms::bench
