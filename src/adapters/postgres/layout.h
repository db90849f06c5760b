#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "messages/record.h"

namespace oms::postgres {

using RecordTypes = std::span<const RecordType* const>;

// How records lie in tables: the only place that writes SQL about them.
//
// Each record type has one table: id, version (the number of commits that have written the row),
// schema (of the JSON), due (milliseconds since 1970), the promoted columns, and data (the JSON).
// A write that does not meet the rows that it expects divides by zero, which ends its transaction
// in the middle of a pipeline, without a procedural language.
struct Table {
  const RecordType* type = nullptr;

  // Parameter: ids. Columns of the answer: place among the ids from 1, version, schema, data.
  std::string select;
  std::string select_for_update;  // in the order of the ids

  // Parameters: an array for each of what is named.
  std::string insert;  // id, due, columns, data
  std::string update;  // id, expected version, due, columns, data; and their number
  std::string erase;   // id, expected version; and their number

  std::string due;       // Parameters: now, limit. Column of the answer: id
  std::string next_due;  // Column of the answer: due

  // Of derived sums. Parameter: keys. Column of the answer of `sum`: sum, in the order of the keys.
  std::string sum;
  std::string lock_sums;   // until the end of the transaction
  std::string check_sums;  // Parameters: keys, sums; and their number
};

class Layout {
 public:
  // The types must outlive it. Errors tell of one that cannot be stored.
  static Result<Layout> make(RecordTypes types);

  // `internal` when the store was not opened for that type.
  Result<const Table*> table(const RecordType* type) const;
  const std::vector<const RecordType*>& types() const { return types_; }

 private:
  std::vector<const RecordType*> types_;
  std::unordered_map<const RecordType*, Table> tables_;
};

const Column* column_named(const RecordType& type, std::string_view name);

// The index by which records can be found by that column, in the order of their ids: null if there
// is none. It may hold only some values.
const Index* index_to_find_by(const RecordType& type, std::string_view column);
bool has_value(const Index& index, std::string_view value);

// Parameters: limit, value (if there is an index), id (if `has_after`).
// Columns of the answer: id, version, schema, data.
std::string find_rows(const RecordType& type, const Index* index, bool newest_first,
                      bool has_after);

// --- making them ------------------------------------------------------------------------------

std::string_view type_of(const Column& column);  // as format_type() names it
std::string create_table(const RecordType& type);
std::string add_column(const RecordType& type, const Column& column);

// Named by what they are, so that one of that name needs no further look.
struct IndexSql {
  std::string name;
  std::string definition;  // after "create index NAME "
};
std::vector<IndexSql> indexes_of(const RecordType& type, RecordTypes all);

// Rows by id, to fill in columns that were added later. Parameters: after, limit. Columns of the
// answer: id, version, data. A row that a newer version has written is left out.
std::string rows_to_fill(const RecordType& type);
std::string fill_rows(const RecordType& type);  // Parameters: id, version, due, columns

// What tells one set of declarations from another.
std::string digest_of(RecordTypes types);

}  // namespace oms::postgres
