#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/sqlite/layout.h"
#include "ports/store.h"

namespace oms::bench {

// The commits of some orders that were decided together, row by row as they were written.
struct Recording {
  // A text of the rows that differs from one replay to the next, in the same length: an order's
  // id, or a customer's name.
  struct Token {
    std::string text;
    bool is_order = false;
  };
  struct Row {
    const RecordType* type = nullptr;
    Record record;   // as it was decided
    bool is_shared;  // not about one order: an item on the shelf
    std::uint64_t expected = 0;
    sqlite::ChangedColumns changed;  // of the indexed ones
  };

  std::vector<Token> tokens;
  std::vector<std::vector<Row>> commits;
  std::vector<Record> shared;  // what must be there before the first commit
  std::size_t orders = 0;

  std::size_t rows() const;
};

// How far the orders of a recording get.
enum class Until { placed, delivered };  // `placed`: with their payment links

// So many orders live at once; each commit of the recording holds one step of all of them.
Result<Recording> record_lives(std::size_t orders, std::size_t lines, Until until);

}  // namespace oms::bench
