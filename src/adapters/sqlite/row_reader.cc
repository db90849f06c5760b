#include "adapters/sqlite/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/sqlite/gathered_index.h"
#include "adapters/sqlite/layout.h"
#include "codec/json_write.h"

namespace oms::sqlite {
namespace {

constexpr int attempts_max = 10;  // to list what others erase meanwhile

std::size_t limit_of(const Query& query) {
  constexpr std::size_t largest_page = 1000;
  return std::clamp<std::size_t>(query.limit, 1, largest_page);
}

// The row's version, schema and data stand in three columns from `first`.
Result<ReadRow> decode_row(const RecordType& type, const Statement& row, int first,
                           std::string_view id) {
  const auto version = static_cast<std::uint64_t>(row.integer(first));
  if (row.integer(first + 1) > type.schema) {
    return ReadRow{.found = {.record = {}, .version = version, .is_newer = true}};
  }
  const auto json = row.text(first + 2);
  auto value = type.decode(json);
  if (!value) {
    return fail(ErrorKind::internal,
                fmt::format("{} {} cannot be read: {}", type.table, id, value.error().detail));
  }
  return ReadRow{.found = {.record = Record{type, *std::move(value)}, .version = version},
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

RowReader::RowReader(Connection& connection, RecordTypes types,
                     std::shared_ptr<const GatheredIndexes> gathered)
    : connection_(&connection), gathered_(std::move(gathered)) {
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
    return fail(ErrorKind::internal, "a derived sum can only be loaded, by Store::load");
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
Result<void> RowReader::check_query(Table& table, const Query& query, const Index* index) {
  const RecordType& type = *query.type;
  if (type.derived) return fail(ErrorKind::invalid, "sums cannot be listed");
  if (query.after.size() > ShortText::capacity) {
    return fail(ErrorKind::invalid, "the cursor is too long to be an id");
  }
  if (query.column.empty()) return {};
  if (!index) {
    return fail(ErrorKind::internal,
                fmt::format("{} has no index to find by {}", type.table, query.column));
  }
  if (!index->only) return {};
  OMS_TRY(Statement * covers, list_statement(table, covers_value(*index)));
  const Run run{*covers};
  OMS_CHECK(bind_value(*covers, 1, *column_named(type, query.column), query.value));
  if (covers->step() == Statement::Step::row) return {};
  return fail(ErrorKind::internal, fmt::format("{} has no index to find by {} = {}", type.table,
                                               query.column, query.value));
}

Result<Page> RowReader::find(const Query& query) {
  OMS_TRY(Table * table, table_of(query.type));
  const auto* index = query.column.empty() ? nullptr : index_to_find_by(*query.type, query.column);
  OMS_CHECK(check_query(*table, query, index));
  if (index && index->is_buffered) return find_gathered(*table, query, *index);
  OMS_TRY(Statement * rows,
          list_statement(*table, find_rows(*query.type, query.column, query.newest_first,
                                           !query.after.empty())));
  if (!query.column.empty()) {
    OMS_CHECK(bind_value(*rows, FindParameter::value, *column_named(*query.type, query.column),
                         query.value));
  }
  OMS_TRY(auto page, read_page(*table, *rows, query));
  return *std::move(page);  // a plain list names only what is there
}

Result<Page> RowReader::find_gathered(Table& table, const Query& query, const Index& index) {
  const auto* gathered = gathered_ ? gathered_->find(*query.type, query.column) : nullptr;
  if (!gathered) {
    return fail(ErrorKind::internal, fmt::format("finding by {} needs the store that writes {}",
                                                 query.column, query.type->table));
  }
  OMS_TRY(Statement * rows,
          list_statement(table, oms::sqlite::find_gathered(*query.type, index, query.newest_first,
                                                           !query.after.empty())));
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    std::string recent;
    write_json(gathered->recent(query.value, query.after, query.newest_first, limit_of(query) + 1),
               recent);
    rows->bind(FindParameter::value, query.value);
    rows->bind(FindParameter::recent, recent);
    OMS_TRY(auto page, read_page(table, *rows, query));
    if (page) return *std::move(page);
  }
  return fail(ErrorKind::unavailable,
              fmt::format("{} changes too quickly to be listed", query.type->table));
}

// Runs a statement to which only the query's limit and cursor are not bound yet. None when a row
// has gone since it was named.
Result<std::optional<Page>> RowReader::read_page(Table& table, Statement& rows,
                                                 const Query& query) {
  const Run run{rows};
  const auto limit = limit_of(query);
  rows.bind(FindParameter::limit, static_cast<std::int64_t>(limit + 1));
  if (!query.after.empty()) rows.bind(FindParameter::after, query.after);
  Page page;
  for (;;) {
    const auto step = rows.step();
    if (step == Statement::Step::done) return page;
    if (step != Statement::Step::row) return std::unexpected(error(*table.type));
    if (page.records.size() == limit) {
      page.more = true;
      return page;
    }
    if (rows.is_null(1)) return std::nullopt;
    page.last = rows.text(0);
    OMS_TRY(ReadRow row, decode_row(*table.type, rows, 1, page.last));
    if (row.found.is_newer && !query.and_newer) {
      return std::unexpected(written_by_newer(*table.type, page.last));
    }
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
