#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/sqlite/migrations.h"
#include "ports/store.h"

namespace oms::sqlite {

// Keeps sums that were added up once in step with the rows under them, so that they need not be
// added up again. Exact: a sum that it cannot follow it forgets.
class DerivedSums {
 public:
  explicit DerivedSums(RecordTypes types);

  // None when it has to be added up from the file.
  std::optional<std::int64_t> find(const Key& key) const;
  void learn(const Key& key, std::int64_t sum);

  // A row is being written over `before` (null: not known, or not there yet). Counts once the
  // commit is `applied`.
  void note(const Change& change, const Record* before);
  void applied();
  void forget();

 private:
  // One derived type, and what of a row goes into it.
  struct Source {
    const RecordType* derived = nullptr;
    const RecordType* rows = nullptr;
    const Column* sum = nullptr;
    const Column* key = nullptr;
    const Column* where = nullptr;
  };
  struct Difference {
    Key key;
    std::int64_t amount = 0;
  };
  // Not noexcept: then the map keeps each entry's hash and compares few keys.
  struct Hash {
    std::size_t operator()(const Key& key) const { return std::hash<Key>{}(key); }
  };

  void add(const Source& source, const Record& row, int sign);

  std::vector<Source> sources_;
  std::unordered_map<Key, std::int64_t, Hash> sums_;
  std::vector<Difference> differences_;  // of the commit at hand
  bool lost_track_ = false;              // in the commit at hand
};

}  // namespace oms::sqlite
