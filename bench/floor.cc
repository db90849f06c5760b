// How many whole lifecycles a second the store alone can write here: see tools/bench/floor.h.
//
//   build/<preset>/bench/floor [--batch N]... [--lines N] [--seconds S] [--folder DIR]

#include "tools/bench/floor.h"

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <vector>

int main(int argc, char** argv) {
  CLI::App app{"What whole lifecycles cost the store alone"};
  std::vector<std::size_t> batches{64, 256};
  oms::bench::FloorPlan plan;
  auto folder =
      (std::filesystem::temp_directory_path() / fmt::format("oms-floor-{}", ::getpid())).string();
  app.add_option("--batch", batches, "orders in each commit")->capture_default_str();
  app.add_option("--lines", plan.lines, "products in each order")->capture_default_str();
  app.add_option("--customers", plan.customers, "customers")->capture_default_str();
  app.add_option("--seconds", plan.seconds, "for each way")->capture_default_str();
  app.add_option("--folder", folder, "where to write")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  plan.folder = folder;
  fmt::print("{:>7} {:>12} {:>12} {:>12} {:>12} {:>12}\n", "orders", "raw/s", "store/s",
             "rows each", "rows/commit", "bytes each");
  for (const auto batch : batches) {
    plan.orders = batch;
    const auto floor = oms::bench::measure_floor(plan);
    if (!floor) {
      fmt::print(stderr, "floor: {}\n", floor.error().detail);
      return 1;
    }
    fmt::print("{:>7} {:>12.0f} {:>12.0f} {:>12.2f} {:>12.1f} {:>12.0f}\n", floor->orders,
               floor->raw, floor->store, floor->rows_each, floor->rows_per_commit,
               floor->bytes_each);
  }
  std::error_code ignored;
  std::filesystem::remove(plan.folder, ignored);  // only if it is empty
  return 0;
}
