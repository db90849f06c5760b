#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>

#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite_connection/connection.h"
#include "ports/store.h"

namespace oms::sqlite {

// One row of a commit.
struct RowChange {
  const Change* change = nullptr;
  Record before = {};          // as it lies in the file, if that is known
  std::size_t json_bytes = 0;  // of the new record as text, once it is written
};

// Binds the promoted columns and the due time of a record, as far as they are in `written`.
// `offset` is added to the number of each parameter.
void bind_columns(Statement& statement, const RecordType& type, const void* record,
                  ChangedColumns written, int offset = 0);

// Writes rows over one connection, inside the caller's transaction, with statements that are
// prepared when first needed.
class RowWriter {
 public:
  RowWriter(Connection& connection, RecordTypes types);

  // In their order. Where it is known what lies in the file, only the indexes of what changed are
  // written. `conflict` when a row does not have the expected version.
  Result<void> write(std::span<RowChange> rows);

 private:
  struct Table {
    const RecordType* type = nullptr;
    ChangedColumns indexed;  // all columns (and the due time) that an index holds
    Statement insert;
    Statement insert_many;
    Statement erase;
    std::unordered_map<ChangedColumns, Statement> updates;
  };

  Table& table_of(const RecordType& type);
  ChangedColumns changed_columns(const Table& table, const Record& after,
                                 const Record& before) const;
  Result<void> insert(Table& table, std::span<RowChange> rows);
  Result<void> insert_some(Table& table, std::span<RowChange> rows);
  Result<void> update(Table& table, RowChange& row);
  Result<void> erase(Table& table, const RowChange& row);
  Result<void> finish(Statement& statement, std::span<const RowChange> rows);
  void encode(std::span<RowChange> rows);

  Connection* connection_;
  std::unordered_map<const RecordType*, Table> tables_;
  Table* last_ = nullptr;
  std::string json_;  // of the rows that one statement writes
};

}  // namespace oms::sqlite
