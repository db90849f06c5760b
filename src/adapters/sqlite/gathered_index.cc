#include "adapters/sqlite/gathered_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <variant>

#include "adapters/sqlite/layout.h"

namespace oms::sqlite {
namespace {

// The old lot is written faster than the young one fills, so that there are never three.
constexpr std::size_t written_for_each_new = 2;

std::optional<ShortText> lesser(const std::optional<ShortText>& a,
                                const std::optional<ShortText>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

// --- a lot ------------------------------------------------------------------------------------

void GatheredIndex::Lot::add(std::string_view value, const ShortText& id) {
  auto at = ids.find(value);
  if (at == ids.end()) at = ids.try_emplace(std::string{value}).first;
  auto& same = at->second;
  const auto place = std::ranges::upper_bound(same, id);  // mostly the end: ids rise with time
  if (place != same.begin() && *std::prev(place) == id) return;
  same.insert(place, id);
  first = lesser(first, id);
  ++size;
}

void GatheredIndex::Lot::erase(std::string_view value, const ShortText& id) {
  const auto at = ids.find(value);
  if (at == ids.end()) return;
  auto& same = at->second;
  const auto place = std::ranges::lower_bound(same, id);
  if (place == same.end() || *place != id) return;
  same.erase(place);
  --size;
  if (same.empty()) ids.erase(at);
}

void GatheredIndex::Lot::drop_first(std::size_t count) {
  size -= count;
  for (; count > 0; --count) {
    auto& same = ids.begin()->second;
    same.pop_back();
    if (same.empty()) ids.erase(ids.begin());
  }
}

// --- the writer's side ------------------------------------------------------------------------

GatheredIndex::GatheredIndex(const RecordType& type, const Index& index, std::size_t lot)
    : type_(type),
      index_(index),
      column_(*column_named(type, index.column)),
      lot_(lot),
      name_(gathered_table(type, index)) {}

Result<void> GatheredIndex::prepare(Connection& connection) {
  const auto sql = gathered_sql(type_, index_);
  OMS_TRY(put_, connection.prepare(sql.put));
  OMS_TRY(erase_, connection.prepare(sql.erase));
  OMS_TRY(value_, connection.prepare(sql.value));
  OMS_TRY(set_since_, connection.prepare(set_gathered_since()));
  return {};
}

Result<void> GatheredIndex::write(Connection& connection, std::span<const RowChange> rows) {
  fresh_.clear();
  gone_.clear();
  slice_ = 0;
  OMS_CHECK(sort_out(connection, rows));
  OMS_CHECK(write_slice(connection));
  return write_since(connection);
}

// What comes into the index and what goes out of it.
Result<void> GatheredIndex::sort_out(Connection& connection, std::span<const RowChange> rows) {
  for (const auto& row : rows) {
    const Change& change = *row.change;
    if (change.key.type != &type_) continue;
    const auto value = value_of(change.record);
    if (change.expected != 0) {
      if (row.before && value_of(row.before) == value) continue;
      OMS_TRY(auto before, value_in_file(connection, change.key.id));
      if (before == value) continue;
      if (before) {
        OMS_CHECK(run(connection, erase_, *before, change.key.id.view()));
        gone_.emplace_back(*std::move(before), change.key.id);
      }
    }
    if (value) fresh_.push_back({.value = *value, .id = change.key.id});
  }
  return {};
}

std::optional<std::string_view> GatheredIndex::value_of(const Record& record) const {
  if (!record) return std::nullopt;
  const auto value = column_.read(record.value());
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr ? std::optional{*text} : std::nullopt;
}

Result<std::optional<std::string>> GatheredIndex::value_in_file(Connection& connection,
                                                                const ShortText& id) {
  const Run run{value_};
  value_.bind(1, id.view());
  switch (value_.step()) {
    case Statement::Step::row:
      return std::string{value_.text(0)};
    case Statement::Step::done:
      return std::nullopt;
    default:
      return std::unexpected(connection.error("reading " + std::string{type_.table}));
  }
}

Result<void> GatheredIndex::write_slice(Connection& connection) {
  const auto most = std::min(old_.size, fresh_.size() * written_for_each_new);
  for (const auto& [value, same] : old_.ids) {
    for (auto id = same.rbegin(); id != same.rend(); ++id) {
      if (slice_ == most) return {};
      // A row that goes in this very commit must not come back.
      const bool is_gone = std::ranges::any_of(
          gone_, [&](const auto& gone) { return gone.second == *id && gone.first == value; });
      if (!is_gone) OMS_CHECK(run(connection, put_, value, id->view()));
      ++slice_;
    }
  }
  return {};
}

// From which id on rows may not be in the table, once this is committed.
Result<void> GatheredIndex::write_since(Connection& connection) {
  next_since_ = since_;
  if (old_.size > 0 && slice_ == old_.size) next_since_ = young_.first;
  for (const auto& entry : fresh_) next_since_ = lesser(next_since_, entry.id);
  if (next_since_ == since_) return {};
  const Run run{set_since_};
  set_since_.bind(1, name_);
  if (next_since_) {
    set_since_.bind(2, next_since_->view());
  } else {
    set_since_.bind_null(2);
  }
  if (set_since_.step() == Statement::Step::done) return {};
  return std::unexpected(connection.error("writing " + name_));
}

Result<void> GatheredIndex::run(Connection& connection, Statement& statement,
                                std::string_view value, std::string_view id) {
  const Run once{statement};
  statement.bind(1, value);
  statement.bind(2, id);
  if (statement.step() == Statement::Step::done) return {};
  return std::unexpected(connection.error("writing " + name_));
}

void GatheredIndex::committed() {
  since_ = next_since_;
  if (fresh_.empty() && gone_.empty() && slice_ == 0) return;
  const std::scoped_lock lock{mutex_};
  old_.drop_first(slice_);
  for (const auto& [value, id] : gone_) {
    old_.erase(value, id);
    young_.erase(value, id);
  }
  for (auto* lot : {&old_, &young_}) lot->forget_first();
  for (const auto& [value, id] : fresh_) young_.add(value, id);
  if (old_.size == 0 && young_.size >= lot_) std::swap(old_, young_);
}

void GatheredIndex::unload() {
  for (auto* statement : {&put_, &erase_, &value_, &set_since_}) *statement = {};
}

// --- any thread -------------------------------------------------------------------------------

std::vector<ShortText> GatheredIndex::recent(std::string_view value, std::string_view after,
                                             bool newest_first, std::size_t limit) const {
  std::vector<ShortText> found;
  const std::scoped_lock lock{mutex_};
  for (const auto* lot : {&old_, &young_}) {
    const auto at = lot->ids.find(value);
    if (at == lot->ids.end()) continue;
    auto begin = at->second.begin();
    auto end = at->second.end();
    if (newest_first) {
      if (!after.empty()) end = std::ranges::lower_bound(at->second, ShortText{after});
      if (std::cmp_greater(end - begin, limit)) begin = end - static_cast<std::ptrdiff_t>(limit);
    } else {
      if (!after.empty()) begin = std::ranges::upper_bound(at->second, ShortText{after});
      if (std::cmp_greater(end - begin, limit)) end = begin + static_cast<std::ptrdiff_t>(limit);
    }
    found.insert(found.end(), begin, end);
  }
  if (newest_first) {
    std::ranges::sort(found, std::greater<>{});
  } else {
    std::ranges::sort(found);
  }
  found.resize(std::min(found.size(), limit));
  return found;
}

// --- all of them ------------------------------------------------------------------------------

GatheredIndexes::GatheredIndexes(RecordTypes types, std::size_t lot) {
  for (const auto* type : types) {
    for (const auto& index : type->indexes) {
      if (index.is_buffered) all_.push_back(std::make_unique<GatheredIndex>(*type, index, lot));
    }
  }
}

const GatheredIndex* GatheredIndexes::find(const RecordType& type, std::string_view column) const {
  const auto found =
      std::ranges::find_if(all_, [&](const auto& index) { return index->is(type, column); });
  return found == all_.end() ? nullptr : found->get();
}

Result<void> GatheredIndexes::prepare(Connection& connection) {
  for (const auto& index : all_) OMS_CHECK(index->prepare(connection));
  return {};
}

Result<void> GatheredIndexes::write(Connection& connection, std::span<const RowChange> rows) {
  for (const auto& index : all_) OMS_CHECK(index->write(connection, rows));
  return {};
}

void GatheredIndexes::committed() {
  for (const auto& index : all_) index->committed();
}

void GatheredIndexes::unload() {
  for (const auto& index : all_) index->unload();
}

}  // namespace oms::sqlite
