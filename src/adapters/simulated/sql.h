#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "adapters/sqlite_connection/connection.h"
#include "base/id.h"
#include "base/time.h"

// SQLite as the ledger uses it: a statement is bound and run in one expression, and an error ends
// the whole transaction, as an exception.
namespace oms::simulated {

class SqlError : public std::runtime_error {
 public:
  explicit SqlError(const Error& error)
      : std::runtime_error(error.detail), disk_failed_(error.kind == ErrorKind::internal) {}

  // The disk has lost or spoiled something: nothing must be written to the file any more. Anything
  // else (full, busy, out of memory) may go better later.
  bool disk_failed() const { return disk_failed_; }

 private:
  bool disk_failed_;
};

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw SqlError{result.error()};
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

//   for (auto row = find.run(id); row.next();) use(row.integer(0));
class Statement {
 public:
  // Only one of a statement may live at a time; its end resets the statement.
  class Row {
   public:
    explicit Row(sqlite::Statement& statement) : statement_(statement), run_(statement) {}

    bool next();
    std::int64_t integer(int column) const { return statement_.integer(column); }
    std::string_view text(int column) const { return statement_.text(column); }
    bool is_null(int column) const { return statement_.is_null(column); }
    Time time(int column) const { return {integer(column)}; }
    Id id(int column) const;

   private:
    sqlite::Statement& statement_;
    sqlite::Run run_;
  };

  Statement() = default;
  explicit Statement(sqlite::Statement statement) : statement_(std::move(statement)) {}

  // Texts and ids are not copied: they live until the row does not.
  template <class... Values>
  [[nodiscard]] Row run(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return Row{statement_};
  }

  // For statements that give no rows: how many rows they have changed.
  template <class... Values>
  int change(const Values&... values) {
    run(values...).next();
    return statement_.changed_rows();
  }

 private:
  void bind(int index, std::int64_t value) { statement_.bind(index, value); }
  void bind(int index, std::string_view value) { statement_.bind(index, value); }
  void bind(int index, Time value) { statement_.bind(index, value.unix_ms); }
  void bind(int index, const Id& value) { statement_.bind_blob(index, value.bytes()); }
  void bind(int index, const std::optional<Id>& value) {  // null, if there is none
    value ? bind(index, *value) : statement_.bind_null(index);
  }

  sqlite::Statement statement_;
};

inline Statement prepare(sqlite::Connection& connection, std::string_view sql) {
  return Statement{or_throw(connection.prepare(sql))};
}

}  // namespace oms::simulated
