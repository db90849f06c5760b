#include "adapters/sqlite/derived_sums.h"

#include <algorithm>
#include <string>

#include "adapters/sqlite/layout.h"

namespace oms::sqlite {
namespace {

constexpr std::size_t most_sums = 16'384;

// As SQLite compares a column with a text.
std::optional<std::string> text_of(const ColumnValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string{*text};
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::nullopt;
}

}  // namespace

DerivedSums::DerivedSums(RecordTypes types) {
  for (const auto* type : types) {
    if (!type->derived) continue;
    const auto& sum = *type->derived;
    const auto rows = std::ranges::find(types, sum.table, &RecordType::table);
    if (rows == types.end()) continue;
    sources_.push_back({.derived = type,
                        .rows = *rows,
                        .sum = column_named(**rows, sum.sum_column),
                        .key = column_named(**rows, sum.key_column),
                        .where = column_named(**rows, sum.where_column)});
  }
}

std::optional<std::int64_t> DerivedSums::find(const Key& key) const {
  const auto at = sums_.find(key);
  return at == sums_.end() ? std::nullopt : std::optional{at->second};
}

void DerivedSums::learn(const Key& key, std::int64_t sum) {
  if (sums_.size() >= most_sums) sums_.clear();
  sums_[key] = sum;
}

void DerivedSums::note(const Change& change, const Record* before) {
  for (const auto& source : sources_) {
    if (source.rows != change.key.type) continue;
    if (before) {
      add(source, *before, -1);
    } else if (change.expected != 0) {
      lost_track_ = true;
    }
    if (change.record) add(source, change.record, 1);
  }
}

void DerivedSums::add(const Source& source, const Record& row, int sign) {
  if (text_of(source.where->read(row.value())) != source.derived->derived->where_value) return;
  const auto key = text_of(source.key->read(row.value()));
  const auto value = source.sum->read(row.value());
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!key || key->size() > ShortText::capacity || !number) return;
  differences_.push_back({{source.derived, ShortText{*key}}, sign * *number});
}

void DerivedSums::applied() {
  if (lost_track_) sums_.clear();
  for (const auto& difference : differences_) {
    if (const auto at = sums_.find(difference.key); at != sums_.end()) {
      at->second += difference.amount;
    }
  }
  differences_.clear();
  lost_track_ = false;
}

void DerivedSums::forget() {
  sums_.clear();
  differences_.clear();
  lost_track_ = false;
}

}  // namespace oms::sqlite
