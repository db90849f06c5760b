#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/store.h"
#include "process/settings.h"

namespace oms::process {

// Forgets what is old and over, a few records at a time, oldest first, so that the file stays
// bounded and nobody waits: idempotency keys, and the sagas, payments, reservations, tickets,
// deliveries and notices of orders that have ended. Finished orders can go to a file of their own.
class Housekeeping {
 public:
  // Where finished orders go, as whole lines. What it has taken is safe when it returns.
  using Archive = std::function<Result<void>(std::string_view lines)>;

  Housekeeping(Store& store, const Settings& settings);  // to archive.jsonl in the data folder
  Housekeeping(Store& store, const Settings& settings, Archive archive);

  // Between two batches, once a second: does a little. Four times as often while most of what it
  // finds has to go: so it keeps up with 800 records a second of each type.
  bool is_due(Time now) const { return !next_ || now >= *next_; }
  Result<void> step(Time now);

 private:
  struct Rule {
    const RecordType* type;
    std::int64_t after_hours;
    bool (*is_over)(const Record&);
    std::optional<Time> (*used_at)(const Record&) = nullptr;  // of records whose id tells no time
    std::string cursor = {};                                  // how far this round has come
  };
  // How many records are gone.
  Result<std::size_t> sweep(Rule& rule, Time now);
  Result<void> spare_live_orders(std::vector<Change>& changes);
  template <class T>
  Result<std::vector<Found>> beside(const Page& orders);
  Result<std::size_t> archive_orders(Time now);

  Store& store_;
  std::vector<Rule> rules_;
  Archive archive_;
  std::int64_t archive_days_;
  std::string archive_cursor_;
  std::optional<Time> next_;
};

}  // namespace oms::process
