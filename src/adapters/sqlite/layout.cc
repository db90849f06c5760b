#include "adapters/sqlite/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace oms::sqlite {
namespace {

constexpr std::string_view gathered_infix = "_gathered_by_";
constexpr std::array<std::string_view, 5> own_columns{"id", "version", "schema", "due", "data"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_';
}

bool is_name(std::string_view text) {
  return !text.empty() && !is_digit(text[0]) && std::ranges::all_of(text, is_word);
}

bool covers(const Index& index, std::string_view column) {
  return std::ranges::count(index.covers, column) > 0;
}

bool is_condition_on(const Index& index, std::string_view column) {
  return index.only && index.only->column == column;
}

// Text as an SQL literal.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string sql_of(const Condition& condition) {
  if (condition.values.empty()) return fmt::format("{} <> ''", condition.column);
  std::string sql;
  for (const auto value : condition.values) {
    sql += fmt::format("{}{} = {}", sql.empty() ? "" : " or ", condition.column, quoted(value));
  }
  return sql;
}

// The words of a condition, joined to a name.
std::string as_name(std::string_view condition) {
  std::string name;
  for (const char c : condition) {
    if (is_word(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

bool can_sum(const DerivedSum& sum, std::span<const RecordType* const> all) {
  const auto rows = std::ranges::find(all, sum.table, &RecordType::table);
  if (rows == all.end()) return false;
  const auto* amount = column_named(**rows, sum.sum_column);
  return amount && amount->is_integer && column_named(**rows, sum.key_column) &&
         column_named(**rows, sum.only.column) && !sum.only.values.empty();
}

// ", column = ?n" for each promoted column and the due time, as far as they are in `written`.
std::string assignments(const RecordType& type, ChangedColumns written) {
  std::string sets;
  if (type.due && written[due_bit]) sets += fmt::format(", due = ?{}", Parameter::due);
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    if (!written[i]) continue;
    sets += fmt::format(", \"{}\" = ?{}", type.columns[i].name,
                        Parameter::first_column + static_cast<int>(i));
  }
  return sets;
}

}  // namespace

Result<void> check_declaration(const RecordType& type, std::span<const RecordType* const> all) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::internal, fmt::format("record type {}: {}", type.table, why));
  };
  if (!is_name(type.table)) return refuse("its table is not a plain name");
  if (!type.key) return refuse("it has no key");
  if (type.table == "store_gathered" || type.table.contains(gathered_infix)) {
    return refuse("its table is called like one of the store's own");
  }
  if (type.derived) {
    if (!type.indexes.empty()) return refuse("a sum with an index");
    if (!type.from_sum) return refuse("a sum without from_sum");
    return can_sum(*type.derived, all) ? Result<void>{} : refuse("a sum over no such columns");
  }
  if (!type.encode || !type.decode) return refuse("it has no encode or no decode");
  if (type.columns.size() > max_columns) return refuse("it has too many columns");
  for (const auto& column : type.columns) {
    if (!is_name(column.name) || !column.read) return refuse("a column is not usable");
    if (std::ranges::count(own_columns, column.name)) {
      return refuse(fmt::format("the column {} is the store's own", column.name));
    }
  }
  for (const auto& index : type.indexes) {
    auto names = index.covers;
    if (!index.column.empty()) names.push_back(index.column);
    if (index.only) names.push_back(index.only->column);
    for (const auto name : names) {
      if (!column_named(type, name)) return refuse(fmt::format("no column {} to index", name));
    }
    if (!index.is_buffered) continue;
    const auto* column = column_named(type, index.column);
    if (!column || column->is_integer || index.only || !index.covers.empty()) {
      return refuse("only an index of one text and of all rows can be gathered");
    }
  }
  return {};
}

const Column* column_named(const RecordType& type, std::string_view name) {
  const auto found = std::ranges::find(type.columns, name, &Column::name);
  return found == type.columns.end() ? nullptr : &*found;
}

bool is_indexed(const RecordType& type, const Column& column) {
  return std::ranges::any_of(type.indexes, [&](const Index& index) {
    return index.column == column.name || covers(index, column.name) ||
           is_condition_on(index, column.name);
  });
}

const Index* index_to_find_by(const RecordType& type, std::string_view column) {
  const auto fits = [&](const Index& index) {
    // A condition on another column would hide records that have the value.
    return index.column == column && (!index.only || index.only->column == column);
  };
  const auto found = std::ranges::find_if(type.indexes, fits);
  return found == type.indexes.end() ? nullptr : &*found;
}

std::string covers_value(const Index& index) {
  if (!index.only) return {};
  return fmt::format("select 1 from (select ?1 as \"{}\") where {}", index.column,
                     sql_of(*index.only));
}

std::string create_table(const RecordType& type) {
  std::string columns;
  for (const auto& column : type.columns) {
    columns += fmt::format(", \"{}\" {}", column.name, column.is_integer ? "integer" : "text");
  }
  return fmt::format(
      "CREATE TABLE {} (id text primary key not null, version integer not null, "
      "schema integer not null{}{}, data text not null) strict",
      type.table, type.due ? ", due integer" : "", columns);
}

std::vector<IndexSql> create_indexes(const RecordType& type) {
  std::vector<IndexSql> all;
  if (type.due) {
    auto name = fmt::format("{}_by_due", type.table);
    auto sql =
        fmt::format("CREATE INDEX {} on {} (due, id) where due is not null", name, type.table);
    all.push_back({std::move(name), std::move(sql)});
  }
  for (const auto& index : type.indexes) {
    if (!index.is_buffered) all.push_back(create_index(type, index));
  }
  return all;
}

IndexSql create_index(const RecordType& type, const Index& index) {
  std::string name = fmt::format("{}_by", type.table);
  std::string columns;
  if (!index.column.empty()) columns = fmt::format("\"{}\", ", index.column);
  name += index.column.empty() ? "_id" : fmt::format("_{}", index.column);
  columns += "id";
  for (const auto column : index.covers) columns += fmt::format(", \"{}\"", column);
  if (index.only) name += "_where_" + as_name(sql_of(*index.only));
  const auto condition = index.only ? " where " + sql_of(*index.only) : "";
  auto sql = fmt::format("CREATE INDEX {} on {} ({}){}", name, type.table, columns, condition);
  return {std::move(name), std::move(sql)};
}

std::string gathered_prefix(const RecordType& type) {
  return fmt::format("{}{}", type.table, gathered_infix);
}

std::string gathered_table(const RecordType& type, const Index& index) {
  return fmt::format("{}{}", gathered_prefix(type), index.column);
}

std::string drop_gathered(std::string_view table) {
  return fmt::format("drop table if exists {}; delete from store_gathered where name = {}", table,
                     quoted(table));
}

std::string create_gathered(const RecordType& type, const Index& index) {
  return fmt::format(
      "CREATE TABLE {0} (\"{1}\" text not null, id text not null, primary key (\"{1}\", id)) "
      "strict, without rowid",
      gathered_table(type, index), index.column);
}

std::string fill_gathered(const RecordType& type, const Index& index) {
  return fmt::format(
      "insert into {0} select \"{1}\", id from {2} where \"{1}\" is not null "
      "order by 1, 2",
      gathered_table(type, index), index.column, type.table);
}

std::string complete_gathered(const RecordType& type, const Index& index) {
  const auto table = gathered_table(type, index);
  const auto since =
      fmt::format("(select since from store_gathered where name = {})", quoted(table));
  return fmt::format(
      "insert or ignore into {0} select \"{1}\", id from {2} where id >= {3} and "
      "\"{1}\" is not null order by 1, 2; "
      "update store_gathered set since = null where name = {4} and since is not null",
      table, index.column, type.table, since, quoted(table));
}

GatheredSql gathered_sql(const RecordType& type, const Index& index) {
  const auto table = gathered_table(type, index);
  return {.put = fmt::format("insert or ignore into {} (\"{}\", id) values (?1, ?2)", table,
                             index.column),
          .erase = fmt::format("delete from {} where \"{}\" = ?1 and id = ?2", table, index.column),
          .value = fmt::format("select \"{0}\" from {1} where id = ?1 and \"{0}\" is not null",
                               index.column, type.table)};
}

std::string check_gathered(std::string_view table) {
  const auto infix = std::min(table.find(gathered_infix), table.size());
  const auto rows = table.substr(0, infix);
  const auto column = table.substr(std::min(infix + gathered_infix.size(), table.size()));
  return fmt::format(
      "select 'row ' || own.id || ' of {0} is missing in {1}' from {0} as own "
      "where own.\"{2}\" is not null and coalesce(own.id < (select since from store_gathered "
      "where name = {3}), 1) and not exists "
      "(select 1 from {1} where \"{2}\" = own.\"{2}\" and id = own.id) "
      "union all select '{1} names row ' || listed.id || ', which {0} does not hold so' "
      "from {1} as listed where not exists "
      "(select 1 from {0} where id = listed.id and \"{2}\" = listed.\"{2}\") limit 100",
      rows, table, column, quoted(table));
}

std::string_view gathered_tables() {
  return "select name from sqlite_schema where type = 'table' and instr(name, '_gathered_by_')";
}

std::string_view create_gathered_since() {
  return "CREATE TABLE store_gathered (name text primary key not null, since text) "
         "strict, without rowid";
}

std::string_view set_gathered_since() {
  return "insert into store_gathered (name, since) values (?1, ?2) "
         "on conflict (name) do update set since = ?2";
}

int parameters_a_row(const RecordType& type) {
  return Parameter::first_column - 1 + static_cast<int>(type.columns.size());
}

std::string insert_rows(const RecordType& type, int count) {
  std::string names;
  for (const auto& column : type.columns) names += fmt::format(", \"{}\"", column.name);
  auto sql = fmt::format("insert or rollback into {} (id, version, schema{}{}, data) values",
                         type.table, type.due ? ", due" : "", names);
  for (int row = 0; row < count; ++row) {
    const int before = row * parameters_a_row(type);
    const auto parameter = [&](int number) { return fmt::format(", ?{}", before + number); };
    sql += fmt::format("{} (?{}, 1, {}", row == 0 ? "" : ",", before + Parameter::id, type.schema);
    if (type.due) sql += parameter(Parameter::due);
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
      sql += parameter(Parameter::first_column + static_cast<int>(i));
    }
    sql += parameter(Parameter::data) + ")";
  }
  return sql;
}

std::string update_row(const RecordType& type, ChangedColumns changed) {
  return fmt::format(
      "update {} set version = ?{} + 1, schema = {}, data = ?{}{} where id = ?{} and version = ?{} "
      "and schema <= {}",
      type.table, Parameter::expected, type.schema, Parameter::data, assignments(type, changed),
      Parameter::id, Parameter::expected, type.schema);
}

std::string erase_row(const RecordType& type) {
  return fmt::format("delete from {} where id = ?{} and version = ?{} and schema <= {}", type.table,
                     Parameter::id, Parameter::expected, type.schema);
}

std::string copy_rows(const RecordType& type, std::string_view from) {
  return fmt::format(
      "insert or rollback into {} (id, version, schema, data) select id, version, schema, data "
      "from {} "
      "order by id",
      type.table, from);
}

std::string set_columns(const RecordType& type, ChangedColumns written) {
  const auto sets = assignments(type, written);
  if (sets.empty()) return {};
  return fmt::format("update {} set {} where id = ?{}", type.table, sets.substr(2), Parameter::id);
}

std::string add_column(const RecordType& type, std::string_view name, const ColumnValue& value) {
  const auto* column = column_named(type, name);
  const bool is_integer = !column || column->is_integer;  // the due time is one
  std::string preset;
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    preset = " default " + quoted(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    preset = fmt::format(" default {}", *number);
  }
  return fmt::format("alter table {} add column \"{}\" {}{}", type.table, name,
                     is_integer ? "integer" : "text", preset);
}

std::string_view table_columns() {
  return "select name, lower(type) from pragma_table_info(?1)";
}

std::string select_row(const RecordType& type) {
  return fmt::format("select version, schema, data from {} where id = ?1", type.table);
}

std::string find_rows(const RecordType& type, std::string_view column, bool newest_first,
                      bool has_after) {
  std::string conditions;
  if (!column.empty()) {
    conditions = fmt::format(" where \"{}\" = ?{}", column, FindParameter::value);
    // SQLite uses an index of some values only if the statement asks for no others.
    const auto* index = index_to_find_by(type, column);
    if (index && index->only) conditions += fmt::format(" and ({})", sql_of(*index->only));
  }
  if (has_after) {
    conditions += fmt::format(" {} id {} ?{}", conditions.empty() ? "where" : "and",
                              newest_first ? '<' : '>', FindParameter::after);
  }
  return fmt::format("select id, version, schema, data from {}{} order by id {} limit ?{}",
                     type.table, conditions, newest_first ? "desc" : "asc", FindParameter::limit);
}

std::string find_gathered(const RecordType& type, const Index& index, bool newest_first,
                          bool has_after) {
  const auto order = newest_first ? "desc" : "asc";
  const auto after =
      has_after ? fmt::format(" and id {} ?{}", newest_first ? '<' : '>', FindParameter::after)
                : "";
  const auto gathered =
      fmt::format("select id from {} where \"{}\" = ?{}{} order by id {} limit ?{}",
                  gathered_table(type, index), index.column, FindParameter::value, after, order,
                  FindParameter::limit);
  return fmt::format(
      "select found.id, own.version, own.schema, own.data from "
      "(select id from ({}) union select value from json_each(?{})) as found "
      "left join {} as own on own.id = found.id and own.\"{}\" = ?{} order by found.id {} limit "
      "?{}",
      gathered, FindParameter::recent, type.table, index.column, FindParameter::value, order,
      FindParameter::limit);
}

std::string due_rows(const RecordType& type) {
  return fmt::format("select id from {} where due <= ?1 order by due, id limit ?2", type.table);
}

std::string next_due(const RecordType& type) {
  return fmt::format("select due from {} where due is not null order by due, id limit 1",
                     type.table);
}

std::string sum_rows(const DerivedSum& sum) {
  // The fixed value stands in the text, so that a partial index with the same condition serves.
  return fmt::format("select \"{}\", \"{}\" from {} where {}", sum.key_column, sum.sum_column,
                     sum.table, sql_of(sum.only));
}

}  // namespace oms::sqlite
