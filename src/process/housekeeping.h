#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "process/settings.h"
#include "runtime/orders_over.h"

namespace oms::process {

// Forgets what is old and over, a few records at a time, oldest first, so that the store stays
// bounded and nobody waits: idempotency keys, and of orders that have ended what each service says
// in its `retention`. Whether an order has ended it asks the service that owns it, here or
// elsewhere. Finished orders can go to a file of their own. What is old of an item's ledger becomes
// what the ledger begins with.
class Housekeeping {
 public:
  static std::filesystem::path archive_in(const std::filesystem::path& data) {
    return data / "archive.jsonl";
  }

  // Where finished orders go, as whole lines. What it has taken is safe when it returns.
  using Archive = std::function<Result<void>(std::string_view lines)>;

  // Of the services whose store it is. `peers`: to those elsewhere.
  Housekeeping(Store& store, const runtime::Services& services, const Settings& settings,
               Peers* peers = nullptr);  // to archive.jsonl in the data folder
  Housekeeping(Store& store, const runtime::Services& services, const Settings& settings,
               Peers* peers, Archive archive);

  // Between two batches, once a second: does a little. Four times as often while most of what it
  // finds has to go: so it keeps up with 800 records a second of each type.
  bool is_due(Time now) const { return !next_ || now >= *next_; }
  Result<void> step(Time now);

 private:
  // What may go, once the services asked have said that the orders are over.
  struct Slice {
    std::vector<Found> records;
    runtime::OverForAll orders;
  };
  struct Rule {
    const RecordType* type = nullptr;
    std::int64_t after_hours = 0;
    std::function<bool(const Record&, Time cutoff)> is_over;
    std::optional<Time> (*used_at)(const Record&) = nullptr;  // of records that belong to no order
    bool is_in_order = false;           // of that time: behind one that stays all do
    std::string cursor = {};            // how far this round has come
    std::optional<Slice> waiting = {};  // for answers from elsewhere
  };
  void add_rules(const Settings& settings);
  // How many records are gone.
  Result<std::size_t> sweep(Rule& rule, Time now);
  Result<std::size_t> sweep_unasked(Rule& rule, const Page& page, Time cutoff);
  Result<std::size_t> forget(Rule& rule);
  Result<std::size_t> commit(std::vector<Change> changes);
  Result<std::size_t> fold_ledgers(Time cutoff);
  Result<std::size_t> archive_orders(Time now);
  Result<std::vector<Found>> old_orders(Time cutoff);
  Result<std::size_t> archive(const Slice& slice, Time now);
  Slice ask(std::vector<Found> records, std::span<const ServiceName> services);

  Store& store_;
  const runtime::Services& services_;
  Peers* peers_;
  std::vector<Rule> rules_;
  Archive archive_;
  std::int64_t archive_days_;
  std::int64_t books_days_;  // 0: no ledger is folded here
  std::string ledger_cursor_;
  std::string archive_cursor_;
  std::optional<Slice> archiving_;
  std::optional<Time> next_;
};

}  // namespace oms::process
