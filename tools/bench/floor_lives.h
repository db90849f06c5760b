#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "adapters/sqlite/layout.h"
#include "ports/store.h"

namespace oms::bench {

// A row as it was written.
struct FloorRow {
  const RecordType* type = nullptr;
  Record record;
  std::uint64_t expected = 0;
  sqlite::ChangedColumns changed;  // of the indexed ones
};
using FloorCommit = std::vector<FloorRow>;

// How far the orders get.
enum class Until { placed, delivered };  // `placed`: with their payment links

// Orders that are decided in memory, as the runtime does, for another store to write the same rows.
class FloorLives {
 public:
  // Orders of so many lines, by so many customers.
  FloorLives(std::size_t lines, std::size_t customers);
  ~FloorLives();

  // What is written before all orders.
  Result<FloorCommit> stock();
  // So many further orders live at once; each commit holds one step of all of them.
  Result<std::vector<FloorCommit>> next(std::size_t orders, Until until);

 private:
  class Shop;
  std::unique_ptr<Shop> shop_;
};

}  // namespace oms::bench
