#include "tools/bench/floor_raw.h"

#include <fmt/format.h>

#include <set>
#include <variant>

#include "adapters/sqlite/layout.h"

namespace oms::bench {
namespace {

constexpr std::string_view replaying = "replaying";

}  // namespace

using sqlite::Connection;
using sqlite::Parameter;
using sqlite::Statement;

// The pragmas are those of adapters/sqlite/sqlite_store.cc; what the file itself keeps is there.
Result<std::unique_ptr<RawReplay>> RawReplay::open(const std::string& path,
                                                   std::size_t page_cache_bytes,
                                                   std::size_t checkpoint_bytes,
                                                   const Recording& recording) {
  OMS_TRY(auto connection, Connection::open(path, sqlite::Access::read_write));
  OMS_CHECK(connection.run(
      fmt::format("pragma mmap_size = 0; pragma temp_store = memory; pragma secure_delete = off; "
                  "pragma foreign_keys = off; pragma cache_size = -{}; "
                  "pragma synchronous = full; "
                  "pragma journal_size_limit = {}",
                  page_cache_bytes / 1024, 4 * checkpoint_bytes)));
  std::unique_ptr<RawReplay> replay{new RawReplay{std::move(connection), checkpoint_bytes}};
  OMS_CHECK(replay->prepare(recording));
  return replay;
}

Result<void> RawReplay::prepare(const Recording& recording) {
  OMS_CHECK(index_at_once(recording));
  OMS_TRY(begin_, connection_.prepare("begin immediate"));
  OMS_TRY(end_, connection_.prepare("commit"));
  connection_.count_log_pages(log_pages_);
  const TokenFinder finder{recording};
  for (const auto& commit : recording.commits) {
    auto& rows = commits_.emplace_back();
    for (const auto& row : commit) {
      OMS_TRY(auto raw, encode(row, finder));
      rows.push_back(std::move(raw));
    }
  }
  return {};
}

// What our store gathers lies in an ordinary index here.
Result<void> RawReplay::index_at_once(const Recording& recording) {
  std::set<const RecordType*> types;
  for (const auto& commit : recording.commits) {
    for (const auto& row : commit) types.insert(row.type);
  }
  for (const auto* type : types) {
    for (const auto& index : type->indexes) {
      if (index.is_buffered) OMS_CHECK(connection_.run(sqlite::create_index(*type, index).sql));
    }
  }
  return {};
}

Result<void> RawReplay::run(const Names& names) {
  for (auto& rows : commits_) {
    OMS_CHECK(begin_.run(replaying));
    for (auto& row : rows) OMS_CHECK(write(row, names));
    OMS_CHECK(end_.run(replaying));
    if (static_cast<std::size_t>(log_pages_) * sqlite::page_size > checkpoint_bytes_) {
      OMS_CHECK(connection_.checkpoint());
      log_pages_ = 0;
    }
  }
  return {};
}

Result<void> RawReplay::write(Row& row, const Names& names) {
  put_names(names, row.tokens, row.bytes);
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
  if (row.expected != 0) {
    const auto expected = row.version != nullptr ? (*row.version)++ : row.expected;
    row.statement->bind(Parameter::expected, expected);
  }
  OMS_CHECK(row.statement->run(replaying));
  if (row.statement->changed_rows() == 1) return {};
  return fail(ErrorKind::internal, "the replay does not meet the rows that it has written");
}

Result<Statement*> RawReplay::statement_for(const Recording::Row& row) {
  const auto sql = row.expected == 0 ? sqlite::insert_rows(*row.type, 1)
                                     : sqlite::update_row(*row.type, row.changed);
  auto& statement = statements_[sql];
  if (!statement) {
    OMS_TRY(statement, connection_.prepare(sql));
  }
  return &statement;
}

void RawReplay::add_columns(const Recording::Row& row, Row& raw) {
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

Result<RawReplay::Row> RawReplay::encode(const Recording::Row& row, const TokenFinder& finder) {
  Row raw{.expected = static_cast<std::int64_t>(row.expected)};
  OMS_TRY(raw.statement, statement_for(row));
  const auto id = std::string{row.record.key().id.view()};
  raw.bounds.push_back({.parameter = Parameter::id, .size = id.size()});
  raw.bytes = id;
  add_columns(row, raw);
  const auto json_from = raw.bytes.size();
  row.type->encode(row.record.value(), raw.bytes);
  raw.bounds.push_back(
      {.parameter = Parameter::data, .from = json_from, .size = raw.bytes.size() - json_from});
  raw.tokens = finder.places_in(raw.bytes);
  // The first version is the one that the file was filled with.
  if (row.is_shared) raw.version = &versions_.try_emplace(id, 1).first->second;
  return raw;
}

}  // namespace oms::bench
