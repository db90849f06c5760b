#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite_connection/connection.h"
#include "tools/bench/floor_lives.h"

namespace oms::bench {

// Writes rows that are already encoded, through statements that are already prepared.
class RawWriter {
 public:
  // `path` is a file that the store has created for these types. `checkpoint_bytes`: of log, then
  // it is written back.
  static Result<std::unique_ptr<RawWriter>> open(const std::string& path,
                                                 std::size_t page_cache_bytes,
                                                 std::size_t checkpoint_bytes,
                                                 std::span<const RecordType* const> types);

  // Encodes what `run` writes.
  Result<void> take(const std::vector<FloorCommit>& commits);
  Result<void> run();

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
  };

  RawWriter(sqlite::Connection connection, std::size_t checkpoint_bytes)
      : connection_(std::move(connection)), checkpoint_bytes_(checkpoint_bytes) {}
  Result<void> prepare(std::span<const RecordType* const> types);
  static Result<void> write(Row& row);
  Result<sqlite::Statement*> statement_for(const FloorRow& row);
  Result<Row> encode(const FloorRow& row);
  static void add_columns(const FloorRow& row, Row& raw);

  sqlite::Connection connection_;
  std::size_t checkpoint_bytes_;
  sqlite::Statement begin_;
  sqlite::Statement end_;
  std::map<std::string, sqlite::Statement> statements_;
  std::vector<std::vector<Row>> commits_;
  int log_pages_ = 0;
};

}  // namespace oms::bench
