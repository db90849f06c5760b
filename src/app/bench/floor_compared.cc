#include "app/bench/floor_compared.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "app/bench/chart.h"

namespace oms::bench {
namespace {

double rows_per_batch(const Session& session) {
  const auto batches = static_cast<double>(session.to.batches - session.from.batches);
  const auto rows = static_cast<double>(session.to.rows - session.from.rows);
  return batches > 0 ? rows / batches : 0;
}

}  // namespace

Result<void> FloorCompared::measure(std::string_view when) {
  const auto& options = session_.options;
  if (!options.with_floor) return {};
  auto name = (std::filesystem::temp_directory_path() / "oms-floor-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(ErrorKind::unavailable, "cannot create a folder like " + name);
  }
  const bool is_as_the_server = options.floor_batch == 0;
  auto floor = measure_floor({.folder = name,
                              .until = until_,
                              .orders = options.floor_batch,
                              .rows_per_commit = is_as_the_server ? rows_per_batch(session_) : 0,
                              .lines = options.lines,
                              .customers = options.customers});
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
  if (!floor) return std::unexpected(std::move(floor).error());
  session_.report.number(
      fmt::format("floor_{}", when), floor->raw,
      fmt::format(
          "floor    {} a second {}: {:.2f} rows and {:.0f} bytes for each order, {:.0f} rows "
          "in each commit; {} through the store",
          count_text(floor->raw), when, floor->rows_each, floor->bytes_each, floor->rows_per_commit,
          count_text(floor->store)));
  sum_ += floor->raw;
  ++measured_;
  return {};
}

void FloorCompared::report(double rate) {
  if (measured_ == 0) return;
  const auto ratio = rate * measured_ / sum_;
  session_.report.number("ratio_to_floor", ratio,
                         fmt::format("ratio    {:.3f} of what the store alone could write", ratio));
}

}  // namespace oms::bench
