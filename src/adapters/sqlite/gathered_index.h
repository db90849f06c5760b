#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/row_writer.h"
#include "adapters/sqlite_connection/connection.h"
#include "base/result.h"
#include "base/short_text.h"
#include "messages/record.h"

namespace oms::sqlite {

// The rows of one table by a column whose values come in no order, as the customers of orders do.
// In an index of SQLite's almost each new row would change a page of its own, and each such page
// goes through the log and back into the file. Here new rows are gathered in memory, and written to
// the index's table in lots that are sorted by the column, so that many rows meet on a page. The
// lot before the last is written little by little, with the commits that bring the next one.
//
// Nothing is lost with the process: the file says from which id on rows may not be in the table
// yet. When it is opened (`migrate`), they are written to it.
class GatheredIndex {
 public:
  // `lot`: so many rows are written together. Up to twice as many are in memory.
  GatheredIndex(const RecordType& type, const Index& index, std::size_t lot);

  bool is(const RecordType& type, std::string_view column) const {
    return &type == &type_ && column == index_.column;
  }

  // --- the writer's side: one thread, one connection ---

  // Over a file whose table has all rows.
  Result<void> prepare(Connection& connection);
  // In the transaction that writes these rows, before them.
  Result<void> write(Connection& connection, std::span<const RowChange> rows);
  // That transaction is committed. Not called when it was rolled back.
  void committed();
  // The connection is about to close, though readers may still hold this.
  void unload();

  // --- any thread ---

  // The ids that may not be in the table yet of the rows with this value: the first `limit` behind
  // `after`, in their order or, the newest first, against it. To be asked before the table is read:
  // what gets there meanwhile is then found twice, not never.
  std::vector<ShortText> recent(std::string_view value, std::string_view after, bool newest_first,
                                std::size_t limit) const;

 private:
  struct Entry {
    std::string_view value;
    ShortText id;
  };
  // Ids by their value, in their order.
  struct Lot {
    std::map<std::string, std::vector<ShortText>, std::less<>> ids;
    std::size_t size = 0;
    std::optional<ShortText> first;  // of all ids, or one before it

    void add(std::string_view value, const ShortText& id);
    void erase(std::string_view value, const ShortText& id);
    void drop_first(std::size_t count);
    void forget_first() {
      if (size == 0) first.reset();
    }
  };

  std::optional<std::string_view> value_of(const Record& record) const;
  Result<void> sort_out(Connection& connection, std::span<const RowChange> rows);
  Result<std::optional<std::string>> value_in_file(Connection& connection, const ShortText& id);
  Result<void> write_slice(Connection& connection);
  Result<void> write_since(Connection& connection);
  Result<void> run(Connection& connection, Statement& statement, std::string_view value,
                   std::string_view id);

  const RecordType& type_;
  const Index& index_;
  const Column& column_;
  const std::size_t lot_;
  const std::string name_;

  Statement put_;
  Statement erase_;
  Statement value_;
  Statement set_since_;
  std::optional<ShortText> since_;  // as the file says

  // Of the current transaction.
  std::vector<Entry> fresh_;
  std::vector<std::pair<std::string, ShortText>> gone_;
  std::size_t slice_ = 0;  // entries of the old lot that it writes
  std::optional<ShortText> next_since_;

  mutable std::mutex mutex_;  // guards what follows; only the writer changes it
  Lot old_;                   // being written to the table
  Lot young_;                 // filled meanwhile
};

// Those of all types of one file.
class GatheredIndexes {
 public:
  GatheredIndexes(RecordTypes types, std::size_t lot);

  // Null when there is none.
  const GatheredIndex* find(const RecordType& type, std::string_view column) const;

  Result<void> prepare(Connection& connection);
  Result<void> write(Connection& connection, std::span<const RowChange> rows);
  void committed();
  void unload();

 private:
  std::vector<std::unique_ptr<GatheredIndex>> all_;
};

}  // namespace oms::sqlite
