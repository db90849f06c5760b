#include "adapters/sqlite/row_writer.h"

#include <fmt/format.h>

#include <string_view>

namespace oms::sqlite {
namespace {

// New rows of one table are inserted so many at once, which saves the cost of a statement for each.
constexpr std::size_t many = 16;

bool is_new(const RowChange& row) {
  return row.change->record && row.change->expected == 0;
}

void bind_column(Statement& statement, int index, const ColumnValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    statement.bind(index, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *number);
  } else {
    statement.bind_null(index);
  }
}

std::unexpected<Error> conflict(std::span<const RowChange> rows) {
  const Change& change = *rows.front().change;
  return fail(
      ErrorKind::conflict,
      fmt::format(
          "{} {}{} is not at version {} any more", change.key.type->table, change.key.id.view(),
          rows.size() > 1 ? fmt::format(", or one of the {} after it,", rows.size() - 1) : "",
          change.expected));
}

}  // namespace

void bind_columns(Statement& statement, const RecordType& type, const void* record,
                  ChangedColumns written, int offset) {
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    if (!written[i]) continue;
    bind_column(statement, offset + Parameter::first_column + static_cast<int>(i),
                type.columns[i].read(record));
  }
  if (!type.due || !written[due_bit]) return;
  if (const auto due = type.due(record)) {
    statement.bind(offset + Parameter::due, due->unix_ms);
  } else {
    statement.bind_null(offset + Parameter::due);
  }
}

RowWriter::RowWriter(Connection& connection, RecordTypes types) : connection_(&connection) {
  for (const auto* type : types) {
    if (type->derived) continue;
    Table& table = tables_[type];
    table.type = type;
    for (std::size_t i = 0; i < type->columns.size(); ++i) {
      table.indexed[i] = is_indexed(*type, type->columns[i]);
    }
    table.indexed[due_bit] = type->due != nullptr;
  }
}

RowWriter::Table& RowWriter::table_of(const RecordType& type) {
  if (!last_ || last_->type != &type) last_ = &tables_.at(&type);
  return *last_;
}

Result<void> RowWriter::write(std::span<RowChange> rows) {
  while (!rows.empty()) {
    const RecordType& type = *rows.front().change->key.type;
    Table& table = table_of(type);
    std::size_t count = 0;
    while (count < rows.size() && is_new(rows[count]) && rows[count].change->key.type == &type) {
      ++count;
    }
    if (count > 0) {
      OMS_CHECK(insert(table, rows.first(count)));
    } else {
      count = 1;
      OMS_CHECK(rows.front().change->record ? update(table, rows.front())
                                            : erase(table, rows.front()));
    }
    rows = rows.subspan(count);
  }
  return {};
}

Result<void> RowWriter::insert(Table& table, std::span<RowChange> rows) {
  while (!rows.empty()) {
    const std::size_t count = rows.size() >= many ? many : 1;
    OMS_CHECK(insert_some(table, rows.first(count)));
    rows = rows.subspan(count);
  }
  return {};
}

void RowWriter::encode(std::span<RowChange> rows) {
  json_.clear();
  for (auto& row : rows) {
    const auto begin = json_.size();
    const Record& record = row.change->record;
    record.type().encode(record.value(), json_);
    row.json_bytes = json_.size() - begin;
  }
}

Result<void> RowWriter::insert_some(Table& table, std::span<RowChange> rows) {
  const RecordType& type = *table.type;
  auto& statement = rows.size() == many ? table.insert_many : table.insert;
  if (!statement) {
    OMS_TRY(statement, connection_->prepare(insert_rows(type, static_cast<int>(rows.size()))));
  }
  encode(rows);
  std::string_view json{json_};
  int offset = 0;
  for (const auto& row : rows) {
    const Change& change = *row.change;
    bind_columns(statement, type, change.record.value(), ChangedColumns{}.set(), offset);
    statement.bind(offset + Parameter::id, change.key.id.view());
    statement.bind(offset + Parameter::data, json.substr(0, row.json_bytes));
    json.remove_prefix(row.json_bytes);
    offset += parameters_a_row(type);
  }
  return finish(statement, rows);
}

// Columns without an index cost nothing more than the row itself, and are always written.
ChangedColumns RowWriter::changed_columns(const Table& table, const Record& after,
                                          const Record& before) const {
  ChangedColumns changed;
  changed.set();
  if (!before) return changed;
  const auto& columns = table.type->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!table.indexed[i]) continue;
    changed[i] = columns[i].read(before.value()) != columns[i].read(after.value());
  }
  if (table.type->due) changed[due_bit] = before.due() != after.due();
  return changed;
}

Result<void> RowWriter::update(Table& table, RowChange& row) {
  const Change& change = *row.change;
  const auto written = changed_columns(table, change.record, row.before);
  auto& statement = table.updates[written];
  if (!statement) {
    OMS_TRY(statement, connection_->prepare(update_row(*table.type, written)));
  }
  encode({&row, 1});
  bind_columns(statement, *table.type, change.record.value(), written);
  statement.bind(Parameter::id, change.key.id.view());
  statement.bind(Parameter::expected, static_cast<std::int64_t>(change.expected));
  statement.bind(Parameter::data, json_);
  return finish(statement, {&row, 1});
}

Result<void> RowWriter::erase(Table& table, const RowChange& row) {
  const Change& change = *row.change;
  if (!table.erase) {
    OMS_TRY(table.erase, connection_->prepare(erase_row(*table.type)));
  }
  table.erase.bind(Parameter::id, change.key.id.view());
  table.erase.bind(Parameter::expected, static_cast<std::int64_t>(change.expected));
  return finish(table.erase, {&row, 1});
}

Result<void> RowWriter::finish(Statement& statement, std::span<const RowChange> rows) {
  const Run run{statement};
  switch (statement.step()) {
    case Statement::Step::done:
      if (statement.changed_rows() != static_cast<int>(rows.size())) return conflict(rows);
      return {};
    case Statement::Step::duplicate:
      return conflict(rows);
    default:
      return std::unexpected(
          statement.error(fmt::format("writing {}", rows.front().change->key.type->table)));
  }
}

}  // namespace oms::sqlite
