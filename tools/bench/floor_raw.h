#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite_connection/connection.h"
#include "tools/bench/floor_names.h"

namespace oms::bench {

// Writes rows that are already encoded, through statements that are already prepared.
class RawReplay {
 public:
  // `path` is a file that the store has created and filled with what the recording shares.
  // `checkpoint_bytes`: of log, then it is written back.
  static Result<std::unique_ptr<RawReplay>> open(const std::string& path,
                                                 std::size_t page_cache_bytes,
                                                 std::size_t checkpoint_bytes,
                                                 const Recording& recording);

  // All commits of the recording, with these names in it.
  Result<void> run(const Names& names);

 private:
  // What is bound to a statement: a text of the row's bytes, a number, or null.
  struct Bound {
    int parameter = 0;
    std::size_t from = 0;
    std::size_t size = 0;
    std::optional<std::int64_t> number = {};
    bool is_null = false;
  };
  struct Row {
    sqlite::Statement* statement = nullptr;
    std::vector<Bound> bounds = {};
    std::string bytes = {};
    TokenPlaces tokens = {};
    std::int64_t expected = 0;
    std::int64_t* version = nullptr;  // of a shared row: the last that was written
  };

  RawReplay(sqlite::Connection connection, std::size_t checkpoint_bytes)
      : connection_(std::move(connection)), checkpoint_bytes_(checkpoint_bytes) {}
  Result<void> prepare(const Recording& recording);
  Result<void> index_at_once(const Recording& recording);
  Result<void> write(Row& row, const Names& names);
  Result<sqlite::Statement*> statement_for(const Recording::Row& row);
  Result<Row> encode(const Recording::Row& row, const TokenFinder& finder);
  static void add_columns(const Recording::Row& row, Row& raw);

  sqlite::Connection connection_;
  std::size_t checkpoint_bytes_;
  sqlite::Statement begin_;
  sqlite::Statement end_;
  std::map<std::string, sqlite::Statement> statements_;
  std::map<std::string, std::int64_t, std::less<>> versions_;
  std::vector<std::vector<Row>> commits_;
  int log_pages_ = 0;
};

}  // namespace oms::bench
