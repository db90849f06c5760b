#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/sqlite/layout.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms {

// What a statement reads without an index, or sorts: nothing, if it is quick whatever the table
// holds.
inline std::vector<std::string> scans_of(sqlite::Connection& connection, const std::string& sql,
                                         bool may_walk = false) {
  auto plan = connection.prepare("explain query plan " + sql);
  if (!plan) return {plan.error().detail};
  std::vector<std::string> scans;
  while (plan->step() == sqlite::Statement::Step::row) {
    const std::string line{plan->text(3)};
    // Walking along an index in order, up to a limit, is no scan of everything.
    if (may_walk && line.starts_with("SCAN") && line.find("USING") != std::string::npos) continue;
    if (line.starts_with("SCAN") || line.find("TEMP B-TREE") != std::string::npos) {
      scans.push_back(sql + ": " + line);
    }
  }
  return scans;
}

// The same of a list by a gathered index: its table and the rows must be searched. What is found
// there and what is gathered is put together, both at most a page.
inline std::vector<std::string> scans_of(sqlite::Connection& connection, const RecordType& type,
                                         const Index& index, bool newest_first, bool has_after) {
  const auto sql = sqlite::find_gathered(type, index, newest_first, has_after);
  auto plan = connection.prepare("explain query plan " + sql);
  if (!plan) return {plan.error().detail};
  std::vector<std::string> lines;
  while (plan->step() == sqlite::Statement::Step::row) lines.emplace_back(plan->text(3));
  std::vector<std::string> missing;
  for (const auto& wanted : {"SEARCH " + sqlite::gathered_table(type, index) + " USING PRIMARY KEY",
                             std::string{"SEARCH own USING INDEX"}}) {
    const bool is_there = std::ranges::any_of(
        lines, [&](const std::string& line) { return line.starts_with(wanted); });
    if (!is_there) missing.push_back(sql + ": no " + wanted);
  }
  return missing;
}

// The same of all statements about a record type.
inline std::vector<std::string> scans_of(sqlite::Connection& connection, const RecordType& type) {
  std::vector<std::string> all;
  const auto check = [&](const std::string& sql, bool may_walk = false) {
    for (auto& scan : scans_of(connection, sql, may_walk)) all.push_back(std::move(scan));
  };
  if (type.derived) return all;  // added up once, at start
  check(sqlite::select_row(type));
  check(sqlite::update_row(type, sqlite::ChangedColumns{}.set()));
  check(sqlite::erase_row(type));
  if (type.due) {
    check(sqlite::due_rows(type));
    check(sqlite::next_due(type), true);
  }
  for (const bool newest_first : {true, false}) {
    for (const bool has_after : {true, false}) {
      check(sqlite::find_rows(type, {}, newest_first, has_after), !has_after);
      for (const auto& column : type.columns) {
        const auto* index = sqlite::index_to_find_by(type, column.name);
        if (!index) continue;
        if (index->is_buffered) {
          for (auto& scan : scans_of(connection, type, *index, newest_first, has_after)) {
            all.push_back(std::move(scan));
          }
          continue;
        }
        check(sqlite::find_rows(type, column.name, newest_first, has_after));
      }
    }
  }
  return all;
}

}  // namespace oms
