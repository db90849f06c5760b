#include "adapters/postgres/commit_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/postgres/row_reader.h"

namespace oms::postgres {
namespace {

void add(Array& array, const ColumnValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    array.add(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    array.add(*number);
  } else {
    array.add_null();
  }
}

std::string count_of(const std::vector<const Change*>& rows) {
  return integer(static_cast<std::int64_t>(rows.size()));
}

void take(std::vector<std::string>& parameters, Array& array) {
  parameters.push_back(std::move(array).take());
}

// What was made and erased since the last commit was never there.
bool is_nothing(const Change& change) {
  return !change.record && change.expected == 0;
}

}  // namespace

std::vector<Array> column_arrays(const RecordType& type) {
  std::vector<Array> arrays;
  arrays.emplace_back(Array::Of::integer);  // due
  for (const auto& column : type.columns) {
    arrays.emplace_back(column.is_integer ? Array::Of::integer : Array::Of::text);
  }
  return arrays;
}

void add_columns(const RecordType& type, const void* record, std::span<Array> arrays) {
  const auto due = type.due ? type.due(record) : std::nullopt;
  add(arrays[0], due ? ColumnValue{due->unix_ms} : ColumnValue{});
  for (std::size_t i = 0; i < type.columns.size(); ++i) {
    add(arrays[i + 1], type.columns[i].read(record));
  }
}

Result<CommitPlan> CommitPlan::of(const Layout& layout, std::span<const Change> changes) {
  Rows all;
  for (const auto& change : changes) {
    if (change.key.type->derived || !is_nothing(change)) all.push_back(&change);
  }
  const auto key = [](const Change* change) -> const Key& { return change->key; };
  std::ranges::sort(all, [&](const Change* a, const Change* b) {
    const bool is_sum = a->key.type->derived.has_value();
    return is_sum == b->key.type->derived.has_value() ? a->key < b->key : is_sum;
  });
  CommitPlan plan;
  if (const auto twice = std::ranges::adjacent_find(all, std::equal_to<>{}, key);
      twice != all.end()) {
    return fail(ErrorKind::conflict, fmt::format("{} {} comes twice in one commit",
                                                 key(*twice).type->table, key(*twice).id.view()));
  }
  for (auto from = all.begin(); from != all.end();) {
    const auto* type = key(*from).type;
    const auto to = std::find_if(from, all.end(),
                                 [&](const Change* change) { return change->key.type != type; });
    OMS_TRY(const auto* table, layout.table(type));
    if (type->derived) {
      plan.add_sums(*table, {from, to});
    } else {
      plan.add_rows(*table, {from, to});
    }
    from = to;
  }
  return plan;
}

void CommitPlan::add(const std::string& sql, std::vector<std::string> parameters,
                     const Rows& rows) {
  requests.push_back({sql, std::move(parameters)});
  subjects_.push_back({rows.front(), rows.size()});
}

void CommitPlan::add_sums(const Table& table, const Rows& rows) {
  Array keys{Array::Of::text};
  Array sums{Array::Of::integer};
  for (const auto* change : rows) {
    keys.add(change->key.id.view());
    sums.add(sum_of_version(change->expected));
  }
  auto parameter = std::move(keys).take();
  add(table.lock_sums, {parameter}, rows);
  add(table.check_sums, {std::move(parameter), std::move(sums).take(), count_of(rows)}, rows);
}

void CommitPlan::add_rows(const Table& table, const Rows& rows) {
  const RecordType& type = *table.type;
  enum Kind : std::size_t { erased, updated, inserted };
  std::array<Rows, 3> kinds;
  for (const auto* change : rows) {
    kinds[!change->record ? erased : change->expected != 0 ? updated : inserted].push_back(change);
  }
  std::string json;
  for (const auto kind : {erased, updated, inserted}) {
    const Rows& written = kinds[kind];
    if (written.empty()) continue;
    Array ids{Array::Of::text};
    Array expected{Array::Of::integer};
    Array data{Array::Of::json};
    auto columns = column_arrays(type);
    for (const auto* change : written) {
      ids.add(change->key.id.view());
      expected.add(static_cast<std::int64_t>(change->expected));
      if (kind == erased) continue;
      add_columns(type, change->record.value(), columns);
      json.clear();
      type.encode(change->record.value(), json);
      data.add(json);
    }
    std::vector<std::string> parameters;
    take(parameters, ids);
    if (kind != inserted) take(parameters, expected);
    if (kind != erased) {
      for (auto& column : columns) take(parameters, column);
      take(parameters, data);
    }
    if (kind != inserted) parameters.push_back(count_of(written));
    add(kind == erased    ? table.erase
        : kind == updated ? table.update
                          : table.insert,
        std::move(parameters), written);
  }
}

std::string CommitPlan::subject(std::size_t request) const {
  const auto& [first, count] = subjects_.at(request);
  return fmt::format("{} {}{}", first->key.type->table, first->key.id.view(),
                     count > 1 ? fmt::format(", or one of {} others", count - 1) : "");
}

}  // namespace oms::postgres
