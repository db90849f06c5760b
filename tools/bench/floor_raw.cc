#include "tools/bench/floor_raw.h"

#include <fmt/format.h>

#include <variant>

#include "adapters/sqlite/layout.h"

namespace oms::bench {
namespace {

constexpr std::string_view writing_rows = "writing";

}  // namespace

using sqlite::Connection;
using sqlite::Parameter;
using sqlite::Statement;

// The pragmas are those of adapters/sqlite/sqlite_store.cc; what the file itself keeps is there.
Result<std::unique_ptr<RawWriter>> RawWriter::open(const std::string& path,
                                                   std::size_t page_cache_bytes,
                                                   std::size_t checkpoint_bytes,
                                                   std::span<const RecordType* const> types) {
  OMS_TRY(auto connection, Connection::open(path, sqlite::Access::read_write));
  OMS_CHECK(connection.run(
      fmt::format("pragma mmap_size = 0; pragma temp_store = memory; pragma secure_delete = off; "
                  "pragma foreign_keys = off; pragma cache_size = -{}; "
                  "pragma synchronous = full; pragma journal_size_limit = {}",
                  page_cache_bytes / 1024, 4 * checkpoint_bytes)));
  std::unique_ptr<RawWriter> writer{new RawWriter{std::move(connection), checkpoint_bytes}};
  OMS_CHECK(writer->prepare(types));
  return writer;
}

Result<void> RawWriter::prepare(std::span<const RecordType* const> types) {
  // What our store gathers lies in an ordinary index here.
  for (const auto* type : types) {
    for (const auto& index : type->indexes) {
      if (index.is_buffered) OMS_CHECK(connection_.run(sqlite::create_index(*type, index).sql));
    }
  }
  OMS_TRY(begin_, connection_.prepare("begin immediate"));
  OMS_TRY(end_, connection_.prepare("commit"));
  connection_.count_log_pages(log_pages_);
  return {};
}

Result<void> RawWriter::take(const std::vector<FloorCommit>& commits) {
  commits_.clear();
  for (const auto& commit : commits) {
    auto& rows = commits_.emplace_back();
    for (const auto& row : commit) {
      OMS_TRY(auto raw, encode(row));
      rows.push_back(std::move(raw));
    }
  }
  return {};
}

Result<void> RawWriter::run() {
  for (auto& rows : commits_) {
    OMS_CHECK(begin_.run(writing_rows));
    for (auto& row : rows) OMS_CHECK(write(row));
    OMS_CHECK(end_.run(writing_rows));
    if (static_cast<std::size_t>(log_pages_) * sqlite::page_size > checkpoint_bytes_) {
      OMS_CHECK(connection_.checkpoint());
      log_pages_ = 0;
    }
  }
  return {};
}

Result<void> RawWriter::write(Row& row) {
  for (const auto& bound : row.bounds) {
    if (bound.number) {
      row.statement->bind(bound.parameter, *bound.number);
    } else if (bound.is_null) {
      row.statement->bind_null(bound.parameter);
    } else {
      row.statement->bind(bound.parameter,
                          std::string_view{row.bytes}.substr(bound.from, bound.size));
    }
  }
  OMS_CHECK(row.statement->run(writing_rows));
  if (row.statement->changed_rows() == 1) return {};
  return fail(ErrorKind::internal, "the floor does not meet the rows that it has written");
}

Result<Statement*> RawWriter::statement_for(const FloorRow& row) {
  const auto sql = row.expected == 0 ? sqlite::insert_rows(*row.type, 1)
                                     : sqlite::update_row(*row.type, row.changed);
  auto& statement = statements_[sql];
  if (!statement) {
    OMS_TRY(statement, connection_.prepare(sql));
  }
  return &statement;
}

void RawWriter::add_columns(const FloorRow& row, Row& raw) {
  const bool is_insert = row.expected == 0;
  for (std::size_t i = 0; i < row.type->columns.size(); ++i) {
    if (!is_insert && !row.changed[i]) continue;
    Bound bound{.parameter = Parameter::first_column + static_cast<int>(i)};
    const auto value = row.type->columns[i].read(row.record.value());
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      bound.from = raw.bytes.size();
      bound.size = text->size();
      raw.bytes += *text;
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      bound.number = *number;
    } else {
      bound.is_null = true;
    }
    raw.bounds.push_back(bound);
  }
  if (row.type->due == nullptr || (!is_insert && !row.changed[sqlite::due_bit])) return;
  Bound bound{.parameter = Parameter::due};
  const auto due = row.record.due();
  bound.is_null = !due;
  if (due) bound.number = due->unix_ms;
  raw.bounds.push_back(bound);
}

Result<RawWriter::Row> RawWriter::encode(const FloorRow& row) {
  Row raw;
  OMS_TRY(raw.statement, statement_for(row));
  const auto id = row.record.key().id;
  raw.bytes = id.view();
  raw.bounds.push_back({.parameter = Parameter::id, .size = raw.bytes.size()});
  if (row.expected != 0) {
    raw.bounds.push_back(
        {.parameter = Parameter::expected, .number = static_cast<std::int64_t>(row.expected)});
  }
  add_columns(row, raw);
  const auto json_from = raw.bytes.size();
  row.type->encode(row.record.value(), raw.bytes);
  raw.bounds.push_back(
      {.parameter = Parameter::data, .from = json_from, .size = raw.bytes.size() - json_from});
  return raw;
}

}  // namespace oms::bench
