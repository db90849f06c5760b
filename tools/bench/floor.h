#pragma once

#include <cstddef>
#include <filesystem>

#include "base/result.h"
#include "tools/bench/floor_lives.h"

namespace oms::bench {

// What an order costs the store alone: orders are decided in memory, and exactly the rows that they
// write are then written, which alone is timed, in commits of the same size, into a file with the
// settings that `oms up` has by default. `raw` leaves every
// index to SQLite, those too that the store gathers: so `store` may be faster, and is what no
// server on this store can beat without writing less.
struct FloorPlan {
  std::filesystem::path folder;  // for its files, which go afterwards
  Until until = Until::delivered;
  std::size_t orders = 64;     // messages in each commit, each about an order of its own
  double rows_per_commit = 0;  // if not 0: as many orders as give about so many rows
  std::size_t lines = 1;
  std::size_t customers = 10'000;
  double seconds = 3;  // of writing, for each of the two ways
};

struct Floor {
  double raw = 0;           // orders a second: encoded rows into prepared statements
  double store = 0;         // the same through the store, which encodes and remembers them
  std::size_t orders = 0;   // in each commit
  double commits_each = 0;  // messages from outside that one order takes
  double rows_each = 0;
  double rows_per_commit = 0;
  double bytes_each = 0;  // of JSON
};

Result<Floor> measure_floor(FloorPlan plan);

}  // namespace oms::bench
