#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace oms::sqlite {

// What SQLite's last result means to the caller. `unavailable`: nothing was written and it may go
// better later (full disk, busy file, no memory). `internal`: the file or the disk cannot be
// trusted any more.
Error error_of(sqlite3* connection, std::string_view doing);

// A prepared statement. It is run by binding, stepping and resetting; nothing is allocated then.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  explicit operator bool() const { return handle_ != nullptr; }

  // The text is not copied: it must live until the statement is reset.
  void bind(int index, std::string_view text);
  void bind(int index, std::int64_t number);
  void bind_blob(int index, std::span<const std::uint8_t> bytes);  // not copied either
  void bind_null(int index);

  enum class Step { row, done, duplicate, failed };
  Step step();

  // Must follow every run: a statement in the middle of its rows holds a read transaction open.
  void reset();

  // The text lives until the next step or reset.
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  bool is_null(int column) const;

  // Binding done: for statements that give no rows. Resets it, too.
  Result<void> run(std::string_view doing);
  int changed_rows() const;  // by the last run
  Error error(std::string_view doing) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Resets a statement at the end of a scope.
class Run {
 public:
  explicit Run(Statement& statement) : statement_(statement) {}
  ~Run() { statement_.reset(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  Statement& statement_;
};

enum class Access { create, read_write, read_only };

// An open database file. Used by one thread at a time.
class Connection {
 public:
  static Result<Connection> open(const std::string& path, Access access,
                                 const std::string& vfs = {});

  Result<Statement> prepare(std::string_view sql);

  // Runs statements that give no rows.
  Result<void> run(const std::string& sql);

  // The first column of the first row.
  Result<std::int64_t> ask_integer(std::string_view sql);
  Result<std::string> ask_text(std::string_view sql);

  // How long a file that another connection keeps locked is waited for.
  void set_busy_timeout(std::chrono::milliseconds timeout);

  // From now on `pages` is how many the write-ahead log holds after each commit of this connection,
  // and SQLite leaves checkpoints to the caller.
  void count_log_pages(int& pages);
  // Copies what it can from the log into the file, without waiting for readers.
  struct Checkpoint {
    int log_pages = 0;
    int copied_pages = 0;
  };
  Result<Checkpoint> checkpoint();

  // Writes all of the log back and cuts the file to nothing. Waits for readers, as for any lock.
  Result<void> empty_log();

  bool in_transaction() const;
  Error error(std::string_view doing) const { return error_of(handle(), doing); }
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace oms::sqlite
