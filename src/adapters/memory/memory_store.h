#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include "ports/store.h"

namespace oms {

// Records in memory, as they are: nothing is encoded, nothing outlives the process. Keeps all
// other promises of a store; tests and simulations run on it. Its reads are safe on any thread.
class MemoryStore final : public Store, public Reader {
 public:
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override;
  Result<void> commit(std::span<const Change> changes) override;
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override;
  Result<std::optional<Time>> next_due(const RecordType& type) override;
  Result<Found> get(const Key& key) override;
  Result<Page> find(const Query& query) override;

  // As from a backup: what is here is gone.
  void become(const MemoryStore& other);

 private:
  using Rows = std::map<ShortText, Found>;

  struct Table {
    Rows rows;
    std::set<std::pair<Time, ShortText>> due;
  };

  Found read(const Key& key) const;
  Found sum(const Key& key) const;
  void apply(const Change& change);

  std::map<std::string_view, Table> tables_;
  mutable std::mutex mutex_;
};

}  // namespace oms
