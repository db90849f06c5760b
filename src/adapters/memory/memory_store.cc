#include "adapters/memory/memory_store.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace oms {
namespace {

constexpr std::size_t largest_page = 1000;

const Column* column_named(const RecordType& type, std::string_view name) {
  const auto found = std::ranges::find(type.columns, name, &Column::name);
  return found == type.columns.end() ? nullptr : &*found;
}

// As with a database, only what is indexed can be asked for. (Which values an index holds is a
// database's business: here all can be found.)
bool can_find_by(const RecordType& type, std::string_view column) {
  return std::ranges::find(type.indexes, column, &Index::column) != type.indexes.end();
}

ColumnValue value_of(const Record& record, std::string_view name) {
  const auto* column = column_named(record.type(), name);
  return column ? column->read(record.value()) : ColumnValue{};
}

bool holds(const Condition& condition, const Record& record) {
  const auto value = value_of(record, condition.column);
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr) return false;
  return condition.values.empty() ? !text->empty()
                                  : std::ranges::count(condition.values, *text) > 0;
}

Result<ColumnValue> asked_value(const Query& query) {
  if (query.column.empty()) return ColumnValue{};
  if (!can_find_by(*query.type, query.column)) {
    return fail(ErrorKind::internal, std::string{query.type->table} + " has no index to find by " +
                                         std::string{query.column});
  }
  if (!column_named(*query.type, query.column)->is_integer) {
    return ColumnValue{std::string_view{query.value}};
  }
  std::int64_t number = 0;
  const auto end = query.value.data() + query.value.size();
  const auto read = std::from_chars(query.value.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) {
    return fail(ErrorKind::invalid, std::string{query.column} + " is a number");
  }
  return ColumnValue{number};
}

// What was made and erased since the last commit was never there.
bool is_nothing(const Change& change) {
  return !change.record && change.expected == 0;
}

// The row as that type reads it.
Found seen_as(const RecordType& type, const Found& row) {
  if (row.record.type().schema <= type.schema) return row;
  return {.record = {}, .version = row.version, .is_newer = true};
}

// Fills the page from a range of rows that is in the order asked for.
template <class Iterator>
Result<Page> collect(Iterator from, Iterator to, const Query& query, const ColumnValue& value) {
  const auto limit = std::clamp<std::size_t>(query.limit, 1, largest_page);
  Page page;
  for (; from != to; ++from) {
    const Found& row = from->second;
    if (!query.column.empty() && value_of(row.record, query.column) != value) continue;
    if (page.records.size() == limit) {
      page.more = true;
      break;
    }
    page.last = from->first.view();
    page.records.push_back(seen_as(*query.type, row));
    if (page.records.back().is_newer && !query.and_newer) {
      return std::unexpected(written_by_newer(*query.type, page.last));
    }
  }
  return page;
}

}  // namespace

Found MemoryStore::read(const Key& key) const {
  if (key.type->derived) return sum(key);
  const auto table = tables_.find(key.type->table);
  if (table == tables_.end()) return {};
  const auto row = table->second.rows.find(key.id);
  return row == table->second.rows.end() ? Found{} : seen_as(*key.type, row->second);
}

Found MemoryStore::sum(const Key& key) const {
  const DerivedSum& derived = *key.type->derived;
  std::int64_t total = 0;
  if (const auto table = tables_.find(derived.table); table != tables_.end()) {
    for (const auto& [id, row] : table->second.rows) {
      if (value_of(row.record, derived.key_column) != ColumnValue{key.id.view()}) continue;
      if (!holds(derived.only, row.record)) continue;
      const auto value = value_of(row.record, derived.sum_column);
      if (const auto* number = std::get_if<std::int64_t>(&value)) total += *number;
    }
  }
  // The sum stands in for a version: who has changed it cares for nothing else.
  return {.record = Record{*key.type, key.type->from_sum(key.id.view(), total)},
          .version = static_cast<std::uint64_t>(total) + 1};
}

Result<std::vector<Found>> MemoryStore::load(std::span<const Key> keys, Hold) {
  const std::lock_guard lock{mutex_};
  std::vector<Found> found;
  found.reserve(keys.size());
  for (const auto& key : keys) found.push_back(read(key));
  return found;
}

Result<Found> MemoryStore::get(const Key& key) {
  const std::lock_guard lock{mutex_};
  auto found = read(key);
  if (found.is_newer) return std::unexpected(written_by_newer(*key.type, key.id.view()));
  return found;
}

Result<void> MemoryStore::commit(std::span<const Change> changes) {
  const std::lock_guard lock{mutex_};
  std::set<Key> written;
  for (const auto& change : changes) {
    if (is_nothing(change)) continue;
    const auto now = read(change.key);
    // A key that comes twice would meet its own first change.
    const bool is_first = written.insert(change.key).second;
    if (now.version != change.expected || now.is_newer || !is_first) {
      return fail(ErrorKind::conflict,
                  std::string{change.key.type->table} + " " + std::string{change.key.id.view()} +
                      " is not at version " + std::to_string(change.expected) + " any more");
    }
  }
  for (const auto& change : changes) {
    const bool is_kept = !change.key.type->derived;
    if (is_kept && !is_nothing(change)) apply(change);
  }
  return {};
}

void MemoryStore::apply(const Change& change) {
  Table& table = tables_[change.key.type->table];
  if (const auto row = table.rows.find(change.key.id); row != table.rows.end()) {
    if (const auto due = row->second.record.due()) table.due.erase({*due, change.key.id});
    table.rows.erase(row);
  }
  if (!change.record) return;
  if (const auto due = change.record.due()) table.due.emplace(*due, change.key.id);
  table.rows.emplace(change.key.id, Found{change.record, change.expected + 1});
}

Result<std::vector<Key>> MemoryStore::due(const RecordType& type, Time now, std::size_t limit) {
  const std::lock_guard lock{mutex_};
  std::vector<Key> keys;
  const auto table = tables_.find(type.table);
  if (table == tables_.end()) return keys;
  for (const auto& [time, id] : table->second.due) {
    if (time > now || keys.size() == limit) break;
    keys.push_back({&type, id});
  }
  return keys;
}

Result<std::optional<Time>> MemoryStore::next_due(const RecordType& type) {
  const std::lock_guard lock{mutex_};
  const auto table = tables_.find(type.table);
  if (table == tables_.end() || table->second.due.empty()) return std::nullopt;
  return table->second.due.begin()->first;
}

void MemoryStore::become(const MemoryStore& other) {
  const std::scoped_lock lock{mutex_, other.mutex_};
  tables_ = other.tables_;
}

Result<Page> MemoryStore::find(const Query& query) {
  const std::lock_guard lock{mutex_};
  if (query.type->derived) return fail(ErrorKind::invalid, "sums cannot be listed");
  if (query.after.size() > ShortText::capacity) {
    return fail(ErrorKind::invalid, "the cursor is too long to be an id");
  }
  OMS_TRY(const auto value, asked_value(query));
  const auto table = tables_.find(query.type->table);
  if (table == tables_.end()) return Page{};
  const Rows& rows = table->second.rows;
  if (query.newest_first) {
    const auto end = query.after.empty() ? rows.end() : rows.lower_bound(ShortText{query.after});
    return collect(std::make_reverse_iterator(end), rows.rend(), query, value);
  }
  const auto begin = query.after.empty() ? rows.begin() : rows.upper_bound(ShortText{query.after});
  return collect(begin, rows.end(), query, value);
}

}  // namespace oms
