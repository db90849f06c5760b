#include "adapters/sqlite/derived_sums.h"

#include <algorithm>
#include <optional>
#include <string>

#include "adapters/sqlite/layout.h"

namespace oms::sqlite {
namespace {

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
                        .where = column_named(**rows, sum.only.column)});
  }
}

Result<void> DerivedSums::load(RowReader& reader) {
  sums_.clear();
  for (const auto& source : sources_) {
    OMS_CHECK(reader.sum(*source.derived, [&](std::string_view key, std::int64_t amount) {
      if (key.size() <= ShortText::capacity) add({source.derived, ShortText{key}}, amount);
    }));
  }
  return {};
}

std::int64_t DerivedSums::find(const Key& key) const {
  const auto at = sums_.find(key);
  return at == sums_.end() ? 0 : at->second;
}

bool DerivedSums::are_over(const RecordType& rows) const {
  return std::ranges::find(sources_, &rows, &Source::rows) != sources_.end();
}

void DerivedSums::note(const Change& change, const Record& before) {
  for (const auto& source : sources_) {
    if (source.rows != change.key.type) continue;
    if (before) add(source, before, -1);
    if (change.record) add(source, change.record, 1);
  }
}

void DerivedSums::add(const Source& source, const Record& row, int sign) {
  const auto& wanted = source.derived->derived->only.values;
  const auto state = source.where->read(row.value());
  const auto* text = std::get_if<std::string_view>(&state);
  if (text == nullptr || std::ranges::count(wanted, *text) == 0) return;
  const auto key = text_of(source.key->read(row.value()));
  const auto value = source.sum->read(row.value());
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!key || key->size() > ShortText::capacity || !number) return;
  add({source.derived, ShortText{*key}}, sign * *number);
}

void DerivedSums::add(const Key& key, std::int64_t amount) {
  const auto at = sums_.try_emplace(key, 0).first;
  at->second += amount;
  if (at->second == 0) sums_.erase(at);
}

}  // namespace oms::sqlite
