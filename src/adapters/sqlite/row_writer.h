#pragma once

#include <string>
#include <unordered_map>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/migrations.h"
#include "ports/store.h"

namespace oms::sqlite {

// Binds the promoted columns and the due time of a record, as far as they are in `written`.
void bind_columns(Statement& statement, const RecordType& type, const void* record,
                  ChangedColumns written);

// Writes rows over one connection, inside the caller's transaction, with statements that are
// prepared when first needed.
class RowWriter {
 public:
  RowWriter(Connection& connection, RecordTypes types);

  // Writes one row and tells how many bytes its JSON takes. `before` is the record as it lies in
  // the file, if the caller knows: then only the indexes of what changed are written. `conflict`
  // when the row does not have the expected version.
  Result<std::size_t> write(const Change& change, const Record* before);

 private:
  struct Table {
    const RecordType* type = nullptr;
    ChangedColumns indexed;  // all columns (and the due time) that an index holds
    Statement insert;
    Statement erase;
    std::unordered_map<ChangedColumns, Statement> updates;
  };

  Table& table_of(const RecordType& type);
  ChangedColumns changed_columns(const Table& table, const Record& after,
                                 const Record* before) const;
  Result<Statement*> update_statement(Table& table, ChangedColumns changed);
  Result<Statement*> bind_row(Table& table, const Change& change, const Record* before);
  Result<void> finish(Statement& statement, const Change& change);

  Connection* connection_;
  std::unordered_map<const RecordType*, Table> tables_;
  Table* last_ = nullptr;
  std::string json_;
};

}  // namespace oms::sqlite
