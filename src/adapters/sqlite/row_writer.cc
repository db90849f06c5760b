#include "adapters/sqlite/row_writer.h"

#include <fmt/format.h>

namespace oms::sqlite {
namespace {

void bind_column(Statement& statement, int index, const ColumnValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    statement.bind(index, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    statement.bind(index, *number);
  } else {
    statement.bind_null(index);
  }
}

std::unexpected<Error> conflict(const Change& change) {
  return fail(ErrorKind::conflict,
              fmt::format("{} {} is not at version {} any more", change.key.type->table,
                          change.key.id.view(), change.expected));
}

}  // namespace

void bind_columns(Statement& statement, const RecordType& type, const void* record,
                  ChangedColumns written) {
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    if (!written[i]) continue;
    bind_column(statement, Parameter::first_column + static_cast<int>(i),
                type.columns[i].read(record));
  }
  if (!type.due || !written[due_bit]) return;
  if (const auto due = type.due(record)) {
    statement.bind(Parameter::due, due->unix_ms);
  } else {
    statement.bind_null(Parameter::due);
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

// Columns without an index cost nothing more than the row itself, and are always written.
ChangedColumns RowWriter::changed_columns(const Table& table, const Record& after,
                                          const Record* before) const {
  ChangedColumns changed;
  changed.set();
  if (!before || !*before) return changed;
  const auto& columns = table.type->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!table.indexed[i]) continue;
    changed[i] = columns[i].read(before->value()) != columns[i].read(after.value());
  }
  if (table.type->due) changed[due_bit] = before->due() != after.due();
  return changed;
}

Result<Statement*> RowWriter::update_statement(Table& table, ChangedColumns changed) {
  auto& statement = table.updates[changed];
  if (!statement) {
    OMS_TRY(statement, connection_->prepare(update_row(*table.type, changed)));
  }
  return &statement;
}

Result<Statement*> RowWriter::bind_row(Table& table, const Change& change, const Record* before) {
  const RecordType& type = *table.type;
  const void* value = change.record.value();
  ChangedColumns written;
  written.set();
  Statement* statement = &table.insert;
  if (change.expected != 0) {
    written = changed_columns(table, change.record, before);
    OMS_TRY(statement, update_statement(table, written));
    statement->bind(Parameter::expected, static_cast<std::int64_t>(change.expected));
  } else if (!table.insert) {
    OMS_TRY(table.insert, connection_->prepare(insert_row(type)));
  }
  bind_columns(*statement, type, value, written);
  json_.clear();
  type.encode(value, json_);
  statement->bind(Parameter::data, json_);
  return statement;
}

Result<std::size_t> RowWriter::write(const Change& change, const Record* before) {
  Table& table = table_of(*change.key.type);
  Statement* statement = nullptr;
  if (change.record) {
    OMS_TRY(statement, bind_row(table, change, before));
  } else {
    if (!table.erase) {
      OMS_TRY(table.erase, connection_->prepare(erase_row(*table.type)));
    }
    statement = &table.erase;
    statement->bind(Parameter::expected, static_cast<std::int64_t>(change.expected));
  }
  statement->bind(Parameter::id, change.key.id.view());
  OMS_CHECK(finish(*statement, change));
  return change.record ? json_.size() : 0;
}

Result<void> RowWriter::finish(Statement& statement, const Change& change) {
  const Run run{statement};
  switch (statement.step()) {
    case Statement::Step::done:
      if (connection_->changed_rows() != 1) return conflict(change);
      return {};
    case Statement::Step::duplicate:
      return conflict(change);
    default:
      return std::unexpected(connection_->error(fmt::format("writing {}", change.key.type->table)));
  }
}

}  // namespace oms::sqlite
