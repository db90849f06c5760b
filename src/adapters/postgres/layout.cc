#include "adapters/postgres/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace oms::postgres {
namespace {

constexpr std::array<std::string_view, 5> own_columns{"id", "version", "schema", "due", "data"};
constexpr std::size_t name_max = 63;  // PostgreSQL cuts longer names off

bool is_name(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_word = [&](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
  return !text.empty() && text.size() <= name_max && !is_digit(text[0]) &&
         std::ranges::all_of(text, is_word);
}

// Text as an SQL literal.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string sql_of(const Condition& condition) {
  if (condition.values.empty()) return fmt::format("\"{}\" <> ''", condition.column);
  std::string sql;
  for (const auto value : condition.values) {
    sql +=
        fmt::format("{}\"{}\" = {}", sql.empty() ? "(" : " or ", condition.column, quoted(value));
  }
  return sql + ")";
}

// The same on every machine, and in every version.
std::string hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

// ", "a", "b"" of all columns, each formatted so.
template <class Format>
std::string each_column(const RecordType& type, Format format) {
  std::string out;
  for (std::size_t i = 0; i < type.columns.size(); ++i) out += ", " + format(type.columns[i], i);
  return out;
}
std::string named(const Column& column, std::size_t) {
  return fmt::format("\"{}\"", column.name);
}
std::string numbered(const Column&, std::size_t i) {
  return fmt::format("n.c{}", i);
}

// "unnest($1::text[], …) as n(id, …)". The new values of columns are called c0, c1, …
std::string unnested(const RecordType& type, bool and_version, bool and_data) {
  int parameter = 1;
  std::string arrays = fmt::format("${}::text[]", parameter);
  std::string names = "id";
  const auto add = [&](std::string_view name, std::string_view element) {
    arrays += fmt::format(", ${}::{}[]", ++parameter, element);
    names += fmt::format(", {}", name);
  };
  if (and_version) add("expected", "int8");
  add("due", "int8");
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    add(fmt::format("c{}", i), type_of(type.columns[i]));
  }
  if (and_data) add("data", "json");
  return fmt::format("unnest({}) as n({})", arrays, names);
}

// As many rows as the last parameter says must have been written.
std::string all_or_fail(const std::string& write, std::size_t parameter) {
  return fmt::format("with done as ({} returning 1) select 1 / (count(*) = ${})::int from done",
                     write, parameter);
}

Table table_of(const RecordType& type) {
  const auto table = type.table;
  const auto select = fmt::format(
      "select n.place, t.version, t.schema::int8, t.data from unnest($1::text[]) with ordinality "
      "as n(id, place) join {} t on t.id = n.id",
      table);
  const auto set = each_column(type, [](const Column& column, std::size_t i) {
    return fmt::format("\"{}\" = n.c{}", column.name, i);
  });
  const auto is_expected =
      fmt::format("t.id = n.id and t.version = n.expected and t.schema <= {}", type.schema);
  return {
      .type = &type,
      .select = select,
      .select_for_update = select + " for update of t",
      .insert = fmt::format(
          "insert into {0} (id, version, schema, due{1}, data) select n.id, 1, {2}, n.due{3}, "
          "n.data from {4}",
          table, each_column(type, named), type.schema, each_column(type, numbered),
          unnested(type, false, true)),
      .update = all_or_fail(
          fmt::format("update {} t set version = n.expected + 1, schema = {}, due = n.due{}, "
                      "data = n.data from {} where {}",
                      table, type.schema, set, unnested(type, true, true), is_expected),
          type.columns.size() + 5),
      .erase = all_or_fail(
          fmt::format("delete from {} t using unnest($1::text[], $2::int8[]) as n(id, expected) "
                      "where {}",
                      table, is_expected),
          3),
      .due = fmt::format("select id from {} where due <= $1 order by due, id limit $2", table),
      .next_due =
          fmt::format("select due from {} where due is not null order by due, id limit 1", table),
  };
}

Table sum_of(const RecordType& type) {
  const DerivedSum& derived = *type.derived;
  const auto sum =
      fmt::format("(select coalesce(sum(\"{}\"), 0)::int8 from {} where \"{}\" = n.key and {})",
                  derived.sum_column, derived.table, derived.key_column, sql_of(derived.only));
  return {
      .type = &type,
      .sum = fmt::format(
          "select {} from unnest($1::text[]) with ordinality as n(key, place) order by place", sum),
      // Two commits that change one sum may write no row in common.
      .lock_sums = fmt::format(
          "select count(pg_advisory_xact_lock(h.hash)) from (select hashtextextended("
          "current_schema() || '.{}.' || n.key, 0) as hash from unnest($1::text[]) as n(key) "
          "order by 1) h",
          type.table),
      .check_sums = fmt::format(
          "select 1 / (count(*) = $3)::int from unnest($1::text[], $2::int8[]) as n(key, sum) "
          "where n.sum = {}",
          sum),
  };
}

std::string check_sum(const RecordType& type, RecordTypes all) {
  const auto& sum = *type.derived;
  if (!type.indexes.empty()) return "a sum with an index";
  if (!type.from_sum) return "a sum without from_sum";
  const auto rows = std::ranges::find(all, sum.table, &RecordType::table);
  if (rows == all.end()) return "a sum over no such table";
  const auto* amount = column_named(**rows, sum.sum_column);
  const auto* key = column_named(**rows, sum.key_column);
  const auto* only = column_named(**rows, sum.only.column);
  const bool is_summable = amount && amount->is_integer && key && !key->is_integer && only &&
                           !only->is_integer && !sum.only.values.empty();
  return is_summable ? "" : "a sum over no such columns";
}

// Why a type cannot be stored; empty if it can.
std::string check_declaration(const RecordType& type, RecordTypes all) {
  if (!is_name(type.table)) return "its table is not a plain name";
  if (type.table == "store_layout" || type.table.starts_with("runtime_writer")) {
    return "its table is called like one of the store's own";
  }
  if (!type.key) return "it has no key";
  if (type.derived) return check_sum(type, all);
  if (!type.encode || !type.decode) return "it has no encode or no decode";
  for (const auto& column : type.columns) {
    if (!is_name(column.name) || !column.read) return "a column is not usable";
    if (std::ranges::count(own_columns, column.name)) {
      return fmt::format("the column {} is the store's own", column.name);
    }
  }
  for (const auto& index : type.indexes) {
    auto names = index.covers;
    if (!index.column.empty()) names.push_back(index.column);
    if (index.only) names.push_back(index.only->column);
    for (const auto name : names) {
      if (!column_named(type, name)) return fmt::format("no column {} to index", name);
    }
    if (index.only && column_named(type, index.only->column)->is_integer) {
      return "an index with a condition on a number";
    }
  }
  return {};
}

}  // namespace

Result<Layout> Layout::make(RecordTypes types) {
  Layout layout;
  for (const auto* type : types) {
    if (const auto why = check_declaration(*type, types); !why.empty()) {
      return fail(ErrorKind::internal, fmt::format("record type {}: {}", type->table, why));
    }
    layout.types_.push_back(type);
    layout.tables_.emplace(type, type->derived ? sum_of(*type) : table_of(*type));
  }
  return layout;
}

Result<const Table*> Layout::table(const RecordType* type) const {
  const auto found = tables_.find(type);
  if (found != tables_.end()) return &found->second;
  return fail(ErrorKind::internal, fmt::format("the store was not opened for the table {}",
                                               type ? type->table : "(none)"));
}

const Column* column_named(const RecordType& type, std::string_view name) {
  const auto found = std::ranges::find(type.columns, name, &Column::name);
  return found == type.columns.end() ? nullptr : &*found;
}

const Index* index_to_find_by(const RecordType& type, std::string_view column) {
  const auto fits = [&](const Index& index) {
    // A condition on another column would hide records that have the value.
    return index.column == column && (!index.only || index.only->column == column);
  };
  const auto found = std::ranges::find_if(type.indexes, fits);
  return found == type.indexes.end() ? nullptr : &*found;
}

bool has_value(const Index& index, std::string_view value) {
  if (!index.only) return true;
  const auto& values = index.only->values;
  return values.empty() ? !value.empty() : std::ranges::count(values, value) > 0;
}

std::string find_rows(const RecordType& type, const Index* index, bool newest_first,
                      bool has_after) {
  std::string where;
  const auto add = [&](const std::string& condition) {
    where += fmt::format("{}{}", where.empty() ? " where " : " and ", condition);
  };
  if (index) {
    add(fmt::format("\"{}\" = $2", index->column));
    if (index->only) add(sql_of(*index->only));  // so that the planner sees that the index serves
  }
  if (has_after) add(fmt::format("id {} ${}", newest_first ? '<' : '>', index ? 3 : 2));
  return fmt::format("select id, version, schema::int8, data from {}{} order by id {} limit $1",
                     type.table, where, newest_first ? "desc" : "asc");
}

std::string_view type_of(const Column& column) {
  return column.is_integer ? "bigint" : "text";
}

// Half-full pages leave room for the next version of a row beside it.
std::string create_table(const RecordType& type) {
  const auto columns = each_column(type, [](const Column& column, std::size_t) {
    return fmt::format("\"{}\" {}", column.name, type_of(column));
  });
  return fmt::format(
      "create table {} (id text collate \"C\" primary key, version int8 not null, schema int4 not "
      "null, due int8{}, data json not null) with (fillfactor = 70)",
      type.table, columns);
}

std::string add_column(const RecordType& type, const Column& column) {
  return fmt::format("alter table {} drop column if exists \"{}\", add column \"{}\" {}",
                     type.table, column.name, column.name, type_of(column));
}

std::vector<IndexSql> indexes_of(const RecordType& type, RecordTypes all) {
  std::vector<IndexSql> indexes;
  const auto add = [&](std::string_view by, std::string definition) {
    auto name = fmt::format("{}_by_{}", type.table, by);
    constexpr std::size_t hashed = 8;
    name.resize(std::min(name.size(), name_max - hashed - 1));
    name += "_" + hash_of(definition).substr(0, hashed);
    indexes.push_back({std::move(name), std::move(definition)});
  };
  if (type.due) add("due", fmt::format("on {} (due, id) where due is not null", type.table));
  for (const auto& index : type.indexes) {
    // The primary key serves the id alone; what such an index holds is for sums, as below.
    if (index.column.empty()) continue;
    std::string covered;
    for (const auto column : index.covers) {
      covered += fmt::format("{}\"{}\"", covered.empty() ? " include (" : ", ", column);
    }
    if (!covered.empty()) covered += ")";
    add(index.column, fmt::format("on {} (\"{}\", id){}{}", type.table, index.column, covered,
                                  index.only ? " where " + sql_of(*index.only) : ""));
  }
  for (const auto* sum : all) {
    if (!sum->derived || sum->derived->table != type.table) continue;
    const auto& derived = *sum->derived;
    add(derived.key_column,
        fmt::format("on {} (\"{}\") include (\"{}\") where {}", type.table, derived.key_column,
                    derived.sum_column, sql_of(derived.only)));
  }
  return indexes;
}

std::string rows_to_fill(const RecordType& type) {
  return fmt::format(
      "select id, version, data from {} where id > $1 and schema <= {} order by id limit $2",
      type.table, type.schema);
}

std::string fill_rows(const RecordType& type) {
  const auto set = each_column(type, [](const Column& column, std::size_t i) {
    return fmt::format("\"{}\" = n.c{}", column.name, i);
  });
  std::string differs = "t.due is distinct from n.due";
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    differs += fmt::format(" or t.\"{}\" is distinct from n.c{}", type.columns[i].name, i);
  }
  return fmt::format(
      "update {} t set due = n.due{} from {} where t.id = n.id and t.version = n.expected and ({})",
      type.table, set, unnested(type, true, false), differs);
}

std::string digest_of(RecordTypes types) {
  std::string all;
  for (const auto* type : types) {
    if (type->derived) continue;
    all += create_table(*type);
    for (const auto& index : indexes_of(*type, types)) all += index.name;
  }
  return hash_of(all);
}

}  // namespace oms::postgres
