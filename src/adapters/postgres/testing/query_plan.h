#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"

namespace oms::postgres {

// What a statement reads without an index, or sorts, with the plan that it keeps for ever: nothing,
// if it is quick whatever the table holds.
inline std::vector<std::string> scans_of(Connection& connection, const std::string& sql,
                                         bool may_sort) {
  int parameters = 0;
  while (sql.contains(fmt::format("${}", parameters + 1))) ++parameters;
  std::string nulls;
  for (int i = 0; i < parameters; ++i) nulls += i == 0 ? "(null" : ", null";
  if (!nulls.empty()) nulls += ")";
  const auto prepare = "prepare one as " + sql;
  const auto explain = fmt::format("explain (costs off) execute one{} -- {}", nulls, sql);
  const std::vector<Request> requests{{prepare}, {explain}, {"deallocate one"}};
  const auto answers = connection.exchange(requests);
  if (!answers) return {sql + ": " + answers.error().error.detail};
  std::vector<std::string> scans;
  for (int row = 0; row < answers->at(1).count(); ++row) {
    const std::string line{answers->at(1).text(row, 0)};
    const bool is_sort = !may_sort && line.contains("Sort");
    if (line.contains("Seq Scan") || line.contains("Bitmap") || is_sort) {
      scans.push_back(sql + ": " + line);
    }
  }
  return scans;
}

// The same of all statements about a record type.
inline std::vector<std::string> scans_of(Connection& connection, const Layout& layout,
                                         const RecordType& type) {
  std::vector<std::string> all;
  const auto check = [&](const std::string& sql, bool may_sort = false) {
    for (auto& scan : scans_of(connection, sql, may_sort)) all.push_back(std::move(scan));
  };
  const Table& table = **layout.table(&type);
  if (type.derived) {
    check(table.sum, true);  // sorts the keys that it was given
    check(table.check_sums);
    return all;
  }
  check(table.select);
  check(table.select_for_update);
  check(table.update);
  check(table.erase);
  check(rows_to_fill(type));
  if (type.due) {
    check(table.due);
    check(table.next_due);
  }
  for (const bool newest_first : {true, false}) {
    for (const bool has_after : {true, false}) {
      check(find_rows(type, nullptr, newest_first, has_after));
      for (const auto& column : type.columns) {
        const auto* index = index_to_find_by(type, column.name);
        if (index) check(find_rows(type, index, newest_first, has_after));
      }
    }
  }
  return all;
}

}  // namespace oms::postgres
