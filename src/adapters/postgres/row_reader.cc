#include "adapters/postgres/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace oms::postgres {
namespace {

constexpr std::size_t largest_page = 1000;

// Version, schema and data stand in three columns from `first`.
Result<Found> decode_row(const RecordType& type, const Rows& rows, int row, int first,
                         std::string_view id) {
  const auto version = static_cast<std::uint64_t>(rows.integer(row, first));
  if (rows.integer(row, first + 1) > type.schema) {
    return Found{.record = {}, .version = version, .is_newer = true};
  }
  auto value = type.decode(rows.text(row, first + 2));
  if (!value) {
    return fail(ErrorKind::internal,
                fmt::format("{} {} cannot be read: {}", type.table, id, value.error().detail));
  }
  return Found{.record = Record{type, *std::move(value)}, .version = version};
}

Result<std::string> parameter_of(const Column& column, const std::string& text) {
  if (!column.is_integer) return text;
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end) return integer(number);
  return fail(ErrorKind::invalid, fmt::format("{} is a number", column.name));
}

// The index that answers it, null if that is the primary key.
Result<const Index*> index_for(const Query& query) {
  const RecordType& type = *query.type;
  if (type.derived) return fail(ErrorKind::invalid, "sums cannot be listed");
  if (query.after.size() > ShortText::capacity) {
    return fail(ErrorKind::invalid, "the cursor is too long to be an id");
  }
  if (query.column.empty()) return nullptr;
  const auto* index = index_to_find_by(type, query.column);
  if (index && has_value(*index, query.value)) return index;
  return fail(ErrorKind::internal, fmt::format("{} has no index to find by {} = {}", type.table,
                                               query.column, query.value));
}

}  // namespace

Result<Load> Load::of(const Layout& layout, std::span<const Key> keys, Hold hold) {
  Load load;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (load.groups_.empty() || load.groups_.back().table->type != keys[i].type) {
      OMS_TRY(const auto* table, layout.table(keys[i].type));
      load.groups_.push_back({.table = table});
    }
    load.groups_.back().places.push_back(i);
  }
  if (hold == Hold::yes) load.requests.push_back({.sql = "begin"});
  for (auto& group : load.groups_) load.ask(group, keys, hold);
  return load;
}

void Load::ask(Group& group, std::span<const Key> keys, Hold hold) {
  Array ids{Array::Of::text};
  for (const auto place : group.places) ids.add(keys[place].id.view());
  auto parameter = std::move(ids).take();
  const Table& table = *group.table;
  const bool is_sum = table.type->derived.has_value();
  if (is_sum && hold == Hold::yes) requests.push_back({table.lock_sums, {parameter}});
  group.request = requests.size();
  const auto& select = hold == Hold::yes ? table.select_for_update : table.select;
  requests.push_back({is_sum ? table.sum : select, {std::move(parameter)}});
}

Result<std::vector<Found>> Load::read(std::span<const Key> keys,
                                      std::span<const Rows> answers) const {
  std::vector<Found> found(keys.size());
  for (const auto& group : groups_) {
    const Rows& rows = answers[group.request];
    const RecordType& type = *group.table->type;
    for (int row = 0; row < rows.count(); ++row) {
      if (type.derived) {
        const auto place = group.places.at(static_cast<std::size_t>(row));
        const auto sum = rows.integer(row, 0);
        found[place] = {.record = Record{type, type.from_sum(keys[place].id.view(), sum)},
                        .version = version_of_sum(sum)};
        continue;
      }
      const auto place = group.places.at(static_cast<std::size_t>(rows.integer(row, 0) - 1));
      OMS_TRY(found[place], decode_row(type, rows, row, 1, keys[place].id.view()));
    }
  }
  return found;
}

Result<Found> read_one(const Layout& layout, Connection& connection, const Key& key) {
  OMS_TRY(const auto load, Load::of(layout, {&key, 1}, Hold::no));
  OMS_TRY(const auto answers, connection.ask(load.requests));
  OMS_TRY(auto found, load.read({&key, 1}, answers));
  return std::move(found.front());
}

Result<Page> find(const Layout& layout, Connection& connection, const Query& query) {
  OMS_TRY(const auto* table, layout.table(query.type));
  const RecordType& type = *table->type;
  OMS_TRY(const auto* index, index_for(query));
  const auto limit = std::clamp<std::size_t>(query.limit, 1, largest_page);
  std::vector<std::string> parameters{integer(static_cast<std::int64_t>(limit) + 1)};
  if (index) {
    OMS_TRY(auto value, parameter_of(*column_named(type, query.column), query.value));
    parameters.push_back(std::move(value));
  }
  if (!query.after.empty()) parameters.push_back(query.after);
  const auto sql = find_rows(type, index, query.newest_first, !query.after.empty());
  const Request request{sql, std::move(parameters)};
  OMS_TRY(const auto answers, connection.ask({&request, 1}));
  const Rows& rows = answers.front();
  Page page;
  for (int row = 0; row < rows.count(); ++row) {
    if (page.records.size() == limit) {
      page.more = true;
      break;
    }
    page.last = rows.text(row, 0);
    OMS_TRY(auto found, decode_row(type, rows, row, 1, page.last));
    if (found.is_newer && !query.and_newer) {
      return std::unexpected(written_by_newer(type, page.last));
    }
    page.records.push_back(std::move(found));
  }
  return page;
}

}  // namespace oms::postgres
