#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/row_reader.h"
#include "ports/store.h"

namespace oms::sqlite {

// All sums that are not 0, added up once and then kept in step with the rows under them.
class DerivedSums {
 public:
  explicit DerivedSums(RecordTypes types);

  // Adds everything up again.
  Result<void> load(RowReader& reader);

  std::int64_t find(const Key& key) const;

  // Whether `note` must be told what such a row was before.
  bool are_over(const RecordType& rows) const;

  // A row was written over `before` (none: it was not there yet).
  void note(const Change& change, const Record& before);

 private:
  // One derived type, and what of a row goes into it.
  struct Source {
    const RecordType* derived = nullptr;
    const RecordType* rows = nullptr;
    const Column* sum = nullptr;
    const Column* key = nullptr;
    const Column* where = nullptr;
  };

  void add(const Source& source, const Record& row, int sign);
  void add(const Key& key, std::int64_t amount);

  std::vector<Source> sources_;
  std::unordered_map<Key, std::int64_t> sums_;
};

}  // namespace oms::sqlite
