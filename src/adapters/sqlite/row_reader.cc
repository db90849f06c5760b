#include "adapters/sqlite/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/sqlite/layout.h"

namespace oms::sqlite {
namespace {

constexpr std::size_t largest_page = 1000;

// The row's version, schema and data stand in three columns from `first`.
Result<ReadRow> decode_row(const RecordType& type, const Statement& row, int first,
                           std::string_view id) {
  const auto schema = row.integer(first + 1);
  if (schema > type.schema) {
    return fail(ErrorKind::internal,
                fmt::format("{} {} was written by a newer version of this program (schema {}; this "
                            "one knows {})",
                            type.table, id, schema, type.schema));
  }
  const auto json = row.text(first + 2);
  auto value = type.decode(json);
  if (!value) {
    return fail(ErrorKind::internal,
                fmt::format("{} {} cannot be read: {}", type.table, id, value.error().detail));
  }
  return ReadRow{.found = {.record = Record{type, *std::move(value)},
                           .version = static_cast<std::uint64_t>(row.integer(first))},
                 .bytes = json.size()};
}

// Binds a column's value given as text.
Result<void> bind_value(Statement& statement, int parameter, const Column& column,
                        std::string_view text) {
  if (!column.is_integer) {
    statement.bind(parameter, text);
    return {};
  }
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) {
    return fail(ErrorKind::invalid, fmt::format("{} is a number", column.name));
  }
  statement.bind(parameter, number);
  return {};
}

}  // namespace

RowReader::RowReader(Connection& connection, RecordTypes types) : connection_(&connection) {
  for (const auto* type : types) tables_[type].type = type;
}

Error RowReader::error(const RecordType& type) const {
  return connection_->error(fmt::format("reading {}", type.table));
}

Result<RowReader::Table*> RowReader::table_of(const RecordType* type) {
  if (last_ && last_->type == type) return last_;
  const auto found = tables_.find(type);
  if (found == tables_.end()) {
    return fail(ErrorKind::internal, fmt::format("the store was not opened for the table {}",
                                                 type ? type->table : "(none)"));
  }
  last_ = &found->second;
  return last_;
}

Result<void> RowReader::prepare(Statement& statement, const std::string& sql) {
  if (statement) return {};
  OMS_TRY(statement, connection_->prepare(sql));
  return {};
}

Result<ReadRow> RowReader::get(const Key& key) {
  OMS_TRY(Table * table, table_of(key.type));
  if (key.type->derived) {
    return fail(ErrorKind::internal, "sums are kept by the store, not read");
  }
  if (!table->get) OMS_CHECK(prepare(table->get, select_row(*key.type)));
  const Run run{table->get};
  table->get.bind(1, key.id.view());
  switch (table->get.step()) {
    case Statement::Step::row:
      return decode_row(*key.type, table->get, 0, key.id.view());
    case Statement::Step::done:
      return ReadRow{};
    default:
      return std::unexpected(error(*key.type));
  }
}

Result<void> RowReader::sum(const RecordType& type, const Add& add) {
  OMS_TRY(Table * table, table_of(&type));
  OMS_CHECK(prepare(table->get, sum_rows(*type.derived)));
  const Run run{table->get};
  for (;;) {
    const auto step = table->get.step();
    if (step == Statement::Step::done) return {};
    if (step != Statement::Step::row) return std::unexpected(error(type));
    add(table->get.text(0), table->get.integer(1));
  }
}

Result<Statement*> RowReader::list_statement(Table& table, const std::string& sql) {
  auto& statement = table.lists[sql];
  OMS_CHECK(prepare(statement, sql));
  return &statement;
}

// Refuses what no index answers.
Result<void> RowReader::check_query(Table& table, const Query& query) {
  const RecordType& type = *query.type;
  if (type.derived) return fail(ErrorKind::invalid, "sums cannot be listed");
  if (query.after.size() > ShortText::capacity) {
    return fail(ErrorKind::invalid, "the cursor is too long to be an id");
  }
  if (query.column.empty()) return {};
  const auto* index = index_to_find_by(type, query.column);
  if (!index) {
    return fail(ErrorKind::internal,
                fmt::format("{} has no index to find by {}", type.table, query.column));
  }
  if (index->where.empty()) return {};
  OMS_TRY(Statement * covers, list_statement(table, covers_value(*index)));
  const Run run{*covers};
  OMS_CHECK(bind_value(*covers, 1, *column_named(type, query.column), query.value));
  if (covers->step() == Statement::Step::row) return {};
  return fail(ErrorKind::internal, fmt::format("{} has no index to find by {} = {}", type.table,
                                               query.column, query.value));
}

Result<Page> RowReader::find(const Query& query) {
  OMS_TRY(Table * table, table_of(query.type));
  OMS_CHECK(check_query(*table, query));
  OMS_TRY(Statement * rows,
          list_statement(*table, find_rows(*query.type, query.column, query.newest_first,
                                           !query.after.empty())));
  const Run run{*rows};
  const auto limit = std::clamp<std::size_t>(query.limit, 1, largest_page);
  rows->bind(FindParameter::limit, static_cast<std::int64_t>(limit + 1));
  if (!query.after.empty()) rows->bind(FindParameter::after, query.after);
  if (!query.column.empty()) {
    OMS_CHECK(bind_value(*rows, FindParameter::value, *column_named(*query.type, query.column),
                         query.value));
  }
  Page page;
  for (;;) {
    const auto step = rows->step();
    if (step == Statement::Step::done) return page;
    if (step != Statement::Step::row) return std::unexpected(error(*query.type));
    if (page.records.size() == limit) {
      page.more = true;
      return page;
    }
    OMS_TRY(ReadRow row, decode_row(*query.type, *rows, 1, rows->text(0)));
    page.records.push_back(std::move(row.found));
  }
}

Result<std::vector<Key>> RowReader::due(const RecordType& type, Time now, std::size_t limit) {
  OMS_TRY(Table * table, table_of(&type));
  std::vector<Key> keys;
  if (!type.due) return keys;
  OMS_CHECK(prepare(table->due, due_rows(type)));
  const Run run{table->due};
  table->due.bind(1, now.unix_ms);
  table->due.bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const auto step = table->due.step();
    if (step == Statement::Step::done) return keys;
    if (step != Statement::Step::row) return std::unexpected(error(type));
    keys.push_back({&type, ShortText{table->due.text(0)}});
  }
}

Result<std::optional<Time>> RowReader::next_due(const RecordType& type) {
  OMS_TRY(Table * table, table_of(&type));
  if (!type.due) return std::nullopt;
  OMS_CHECK(prepare(table->next_due, oms::sqlite::next_due(type)));
  const Run run{table->next_due};
  switch (table->next_due.step()) {
    case Statement::Step::row:
      return Time{table->next_due.integer(0)};
    case Statement::Step::done:
      return std::nullopt;
    default:
      return std::unexpected(error(type));
  }
}

}  // namespace oms::sqlite
