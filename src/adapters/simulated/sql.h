#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace oms::simulated {

// SQLite could not do it. Thrown out of a whole transaction, which is then rolled back.
class SqlError : public std::runtime_error {
 public:
  SqlError(const std::string& what, bool disk_failed)
      : std::runtime_error(what), disk_failed_(disk_failed) {}

  // The disk has lost or spoiled something: nothing must be written to the file any more. Anything
  // else (full, busy, out of memory) may go better later.
  bool disk_failed() const { return disk_failed_; }

 private:
  bool disk_failed_;
};

// A prepared statement, bound and run in one expression:
//   for (auto row = find.run(id); row.next();) use(row.integer(0));
// Only one Row of a statement may live at a time; its end resets the statement.
class Statement {
 public:
  class Row {
   public:
    explicit Row(sqlite3_stmt* handle) : handle_(handle) {}
    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;
    ~Row();

    bool next();
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;  // until the next step
    Id id(int column) const;
    bool is_null(int column) const;
    Time time(int column) const { return {integer(column)}; }

   private:
    sqlite3_stmt* handle_;
  };

  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  template <class... Values>
  [[nodiscard]] Row run(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return Row{handle_.get()};
  }

  // For statements that give no rows: how many rows they have changed.
  template <class... Values>
  int change(const Values&... values) {
    Row row = run(values...);
    row.next();
    return changes();
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };

  // Texts and ids are not copied: they live until the row does not.
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, const Id& value);
  void bind(int index, const std::optional<Id>& value);  // null, if there is none
  void bind(int index, Time value) { bind(index, value.unix_ms); }
  int changes() const;

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// One open database file, used by one thread at a time.
class Database {
 public:
  enum class Access { write, read_only };
  Database(const std::string& path, Access access);

  Statement prepare(std::string_view sql);
  void execute(const char* sql);
  // If even this fails, SQLite does it by itself when the file is opened again.
  void roll_back() noexcept;

  // Pages in the write-ahead log after the last commit.
  int log_pages() const { return *log_pages_; }
  // Copies what it can from the log into the file without waiting for readers.
  void checkpoint();

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<int> log_pages_;  // where the commit hook writes; its address must stay
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace oms::simulated
