#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite_connection/connection.h"
#include "ports/store.h"

namespace oms::sqlite {

class GatheredIndexes;

// A row's record, and how many bytes its JSON takes.
struct ReadRow {
  Found found;
  std::size_t bytes = 0;
};

// Reads records over one connection, with statements that are prepared when first needed. Used by
// one thread at a time; the connection must outlive it.
class RowReader {
 public:
  // Without `gathered`, which the store's writer keeps, nothing is found by a gathered index.
  RowReader(Connection& connection, RecordTypes types,
            std::shared_ptr<const GatheredIndexes> gathered = {});

  // Empty when there is no such record.
  Result<ReadRow> get(const Key& key);
  Result<Page> find(const Query& query);

  // Tells `add` of each row that the sums of a derived type are over.
  using Add = std::function<void(std::string_view key, std::int64_t amount)>;
  Result<void> sum(const RecordType& type, const Add& add);

  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit);
  Result<std::optional<Time>> next_due(const RecordType& type);

 private:
  struct Table {
    const RecordType* type = nullptr;
    Statement get;
    Statement due;
    Statement next_due;
    std::map<std::string, Statement, std::less<>> lists;  // by their text
  };

  Result<Table*> table_of(const RecordType* type);
  Result<Page> find_gathered(Table& table, const Query& query, const Index& index);
  Result<std::optional<Page>> read_page(Table& table, Statement& rows, const Query& query);
  Result<Statement*> list_statement(Table& table, const std::string& sql);
  Result<void> check_query(Table& table, const Query& query, const Index* index);
  Result<void> prepare(Statement& statement, const std::string& sql);
  Error error(const RecordType& type) const;

  Connection* connection_;
  std::shared_ptr<const GatheredIndexes> gathered_;
  std::unordered_map<const RecordType*, Table> tables_;
  Table* last_ = nullptr;
};

}  // namespace oms::sqlite
