#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"
#include "ports/store.h"

namespace oms::postgres {

// The statements of one commit but for its begin and end: sums first, then tables by name and rows
// by id, so that two commits that want the same rows wait for each other and do not deadlock.
class CommitPlan {
 public:
  // `conflict` when a key comes twice.
  static Result<CommitPlan> of(const Layout& layout, std::span<const Change> changes);

  std::vector<Request> requests;

  // Which rows the request was about, for people: "stock_item x, or one of 3 others".
  std::string subject(std::size_t request) const;

 private:
  using Rows = std::vector<const Change*>;  // of one table

  void add_sums(const Table& table, const Rows& rows);
  void add_rows(const Table& table, const Rows& rows);
  void add(const std::string& sql, std::vector<std::string> parameters, const Rows& rows);

  struct Subject {
    const Change* first = nullptr;
    std::size_t count = 0;
  };
  std::vector<Subject> subjects_;  // of each request
};

// Adds the due time and the promoted columns of a record to arrays that begin at `from`.
void add_columns(const RecordType& type, const void* record, std::span<Array> arrays);
std::vector<Array> column_arrays(const RecordType& type);

}  // namespace oms::postgres
