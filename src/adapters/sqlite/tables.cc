#include "adapters/sqlite/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/row_writer.h"

namespace oms::sqlite {
namespace {

Result<Schema> read_pairs(Connection& connection, std::string_view sql, std::string_view of) {
  OMS_TRY(Statement select, connection.prepare(sql));
  select.bind(1, of);
  Schema pairs;
  for (;;) {
    const auto step = select.step();
    if (step == Statement::Step::done) return pairs;
    if (step != Statement::Step::row) return std::unexpected(connection.error("reading schema"));
    pairs.emplace(select.text(0), select.text(1));
  }
}

ColumnValue value_of(const RecordType& type, std::size_t column, const void* record) {
  if (column != due_bit) return type.columns[column].read(record);
  const auto due = type.due(record);
  return due ? ColumnValue{due->unix_ms} : ColumnValue{};
}

// Whether the record says of these columns what an empty one does.
bool is_like(const RecordType& type, ChangedColumns columns, const void* record,
             const void* empty) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] && value_of(type, i, record) != value_of(type, i, empty)) return false;
  }
  return true;
}

// Promoted columns repeat what the JSON says, so they can always be filled from it again. Rows that
// are like `empty` have these values already; it may be null.
Result<void> fill_columns(Connection& connection, const RecordType& type, std::string_view from,
                          ChangedColumns columns, const void* empty, UpgradeProgress& progress) {
  const auto set = set_columns(type, columns);
  if (set.empty()) return {};
  OMS_TRY(const auto last,
          connection.ask_integer(fmt::format("select coalesce(max(rowid), 0) from {}", from)));
  OMS_TRY(Statement write, connection.prepare(set));
  OMS_TRY(Statement rows,
          connection.prepare(fmt::format("select id, schema, data, rowid from {}", from)));
  for (;;) {
    const auto step = rows.step();
    if (step == Statement::Step::done) return {};
    if (step != Statement::Step::row) return std::unexpected(connection.error("reading records"));
    if (rows.integer(1) > type.schema) {
      return fail(ErrorKind::internal, fmt::format("{} {} was written by a newer version of this "
                                                   "program",
                                                   type.table, rows.text(0)));
    }
    progress.reach(type.table, rows.integer(3), last);
    OMS_TRY(const auto record, type.decode(rows.text(2)));
    if (empty != nullptr && is_like(type, columns, record.get(), empty)) continue;
    bind_columns(write, type, record.get(), columns);
    write.bind(Parameter::id, rows.text(0));
    OMS_CHECK(write.run("filling columns"));
  }
}

Result<void> rebuild_table(Connection& connection, const RecordType& type,
                           UpgradeProgress& progress) {
  progress.begin(type.table);
  const auto old = fmt::format("{}_old", type.table);
  OMS_CHECK(connection.run(fmt::format("alter table {} rename to {}", type.table, old)));
  OMS_CHECK(connection.run(create_table(type)));
  OMS_CHECK(connection.run(copy_rows(type, old)));
  OMS_CHECK(
      fill_columns(connection, type, old, ChangedColumns{}.set(), /*empty=*/nullptr, progress));
  OMS_CHECK(connection.run(fmt::format("drop table {}", old)));
  // What was gathered may have been read from the records in another way.
  for (const auto& index : type.indexes) {
    if (index.is_buffered) OMS_CHECK(connection.run(drop_gathered(gathered_table(type, index))));
  }
  return {};
}

Result<void> add_columns(Connection& connection, const RecordType& type, ChangedColumns missing,
                         UpgradeProgress& progress) {
  OMS_TRY(const auto empty, type.decode("{}"));
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (!missing[i]) continue;
    const auto name = i == due_bit ? "due" : type.columns[i].name;
    OMS_CHECK(connection.run(add_column(type, name, value_of(type, i, empty.get()))));
  }
  return fill_columns(connection, type, type.table, missing, empty.get(), progress);
}

// The promoted columns that the table lacks. Nothing if it differs in any other way.
Result<std::optional<ChangedColumns>> missing_columns(Connection& connection,
                                                      const RecordType& type) {
  OMS_TRY(Schema found, read_pairs(connection, table_columns(), type.table));
  ChangedColumns missing;
  const auto take = [&found](std::string_view name, std::string_view kind) {
    const auto column = found.find(name);
    if (column == found.end() || column->second != kind) return false;
    found.erase(column);
    return true;
  };
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    const auto& column = type.columns[i];
    missing[i] = !take(column.name, column.is_integer ? "integer" : "text");
  }
  missing[due_bit] = type.due && !take("due", "integer");
  const bool has_all_others = take("id", "text") && take("version", "integer") &&
                              take("schema", "integer") && take("data", "text");
  if (has_all_others && found.empty()) return missing;
  return std::nullopt;
}

Result<void> make_as_declared(Connection& connection, const RecordType& type,
                              UpgradeProgress& progress) {
  OMS_TRY(const auto missing, missing_columns(connection, type));
  if (missing && missing->none()) return {};
  if (!missing) return rebuild_table(connection, type, progress);
  return missing->none() ? Result<void>{} : add_columns(connection, type, *missing, progress);
}

}  // namespace

Result<Schema> read_schema(Connection& connection, std::string_view kind) {
  return read_pairs(
      connection, "select name, sql from sqlite_schema where type = ?1 and sql is not null", kind);
}

Result<void> make_tables(Connection& connection, RecordTypes types, UpgradeProgress& progress) {
  OMS_TRY(const Schema tables, read_schema(connection, "table"));
  for (const auto* type : types) {
    if (type->derived) continue;
    const auto sql = create_table(*type);
    const auto found = tables.find(type->table);
    if (found == tables.end()) {
      OMS_CHECK(connection.run(sql));
    } else if (found->second != sql) {
      OMS_CHECK(make_as_declared(connection, *type, progress));
    }
  }
  return {};
}

}  // namespace oms::sqlite
