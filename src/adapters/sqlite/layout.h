#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "messages/record.h"

namespace oms::sqlite {

// How records lie in tables: the only place that writes SQL about them.
//
// Each record type has one table: id, version (the number of commits that have written the row),
// schema (of the JSON), due (if the type has wake-ups, milliseconds since 1970), the promoted
// columns, and data (the JSON). A gathered index is a table, too.

inline constexpr std::int64_t application_id = 0x4f4d5331;  // "OMS1", in the file's header
inline constexpr int page_size = 4096;

// Parameters have the same number in every statement that writes a row.
struct Parameter {
  static constexpr int id = 1;
  static constexpr int expected = 2;
  static constexpr int data = 3;
  static constexpr int due = 4;
  static constexpr int first_column = 5;
};

// Which indexed columns an update writes. SQLite rewrites an index whenever a column of it is
// named in the update, even if its value stays the same: so there is one update for each set.
inline constexpr std::size_t max_columns = 15;
using ChangedColumns = std::bitset<max_columns + 1>;
inline constexpr std::size_t due_bit = max_columns;

struct IndexSql {
  std::string name;
  std::string sql;
};

// Errors tell of a record type that cannot be stored, at start. A sum's rows must be among `all`.
Result<void> check_declaration(const RecordType& type, std::span<const RecordType* const> all);

bool is_indexed(const RecordType& type, const Column& column);
const Column* column_named(const RecordType& type, std::string_view name);

// The index by which records can be found by that column, in the order of their ids: null if there
// is none. It may hold only some values: `covers_value` asks whether it holds that of its only
// parameter, and is empty for an index that holds all.
const Index* index_to_find_by(const RecordType& type, std::string_view column);
std::string covers_value(const Index& index);

// As SQLite keeps them in its schema, so that they can be compared with what is there.
std::string create_table(const RecordType& type);
std::vector<IndexSql> create_indexes(const RecordType& type);

// A gathered index is a table of its own (see `gathered_index.h`). Beside all of them lies one that
// says from which id on rows may not be in them yet; null: all are.
std::string gathered_prefix(const RecordType& type);  // of the names of all that a type has
std::string gathered_table(const RecordType& type, const Index& index);
std::string create_gathered(const RecordType& type, const Index& index);
std::string fill_gathered(const RecordType& type, const Index& index);
// Writes to it whatever is not in it yet.
std::string complete_gathered(const RecordType& type, const Index& index);
std::string drop_gathered(std::string_view table);
struct GatheredSql {
  std::string put;    // parameters: value, id
  std::string erase;  // parameters: value, id
  std::string value;  // parameter: id. Column of the answer: the row's value
};
GatheredSql gathered_sql(const RecordType& type, const Index& index);
// Answers a line for each row that should be in the table and is not, and the other way round. The
// table is named as `gathered_table` does.
std::string check_gathered(std::string_view table);
std::string_view gathered_tables();  // their names
std::string_view create_gathered_since();
std::string_view set_gathered_since();  // parameters: the gathered table, id
// What SQLite's own index would be.
IndexSql create_index(const RecordType& type, const Index& index);

// Inserts so many rows at once. The parameters of each lie `parameters_a_row` behind the former's.
// A row that is refused rolls the whole transaction back: else SQLite would copy each page that the
// statement changes, to be able to undo it alone.
std::string insert_rows(const RecordType& type, int count);
int parameters_a_row(const RecordType& type);
std::string update_row(const RecordType& type, ChangedColumns changed);
std::string erase_row(const RecordType& type);

// Moving the rows of a table into one with other columns: copies what every table has. The columns
// are then set row by row, those that are in `written`; empty if there are none.
std::string copy_rows(const RecordType& type, std::string_view from);
std::string set_columns(const RecordType& type, ChangedColumns written);

// Adds a promoted column, or the due time, with its value in the rows that are there already: that
// is said once and written to none of them.
std::string add_column(const RecordType& type, std::string_view name, const ColumnValue& value);
std::string_view table_columns();  // columns of the answer: name, type. Parameter: the table

// Columns of the answer: version, schema, data.
std::string select_row(const RecordType& type);

// Columns of the answer: id, version, schema, data. Parameters: limit, value, after.
struct FindParameter {
  static constexpr int limit = 1;
  static constexpr int after = 2;
  static constexpr int value = 3;
  static constexpr int recent = 4;
};
std::string find_rows(const RecordType& type, std::string_view column, bool newest_first,
                      bool has_after);

// The same by a gathered index, with a fourth parameter: the ids of the rows that may not be in it
// yet, as far as they can be on the page, as a JSON array. All but the id are null for a row that
// has gone meanwhile or has another value.
std::string find_gathered(const RecordType& type, const Index& index, bool newest_first,
                          bool has_after);

// Parameters: now, limit. Column of the answer: id.
std::string due_rows(const RecordType& type);
std::string next_due(const RecordType& type);

// All rows that sums are over. Columns of the answer: key, amount.
std::string sum_rows(const DerivedSum& sum);

}  // namespace oms::sqlite
