#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgres/binary.h"
#include "adapters/postgres/target.h"
#include "base/result.h"

namespace oms::postgres {

// One statement of a pipeline. It is prepared under its text when a connection first meets it.
struct Request {
  std::string_view sql;
  std::vector<std::string> parameters = {};  // in binary
};

// What a statement has answered, in binary.
class Rows {
 public:
  using Status = ExecStatusType;
  explicit Rows(PGresult* result) : result_(result) {}
  explicit operator bool() const { return result_ != nullptr; }
  Status status() const;
  Error error() const;
  bool is_fatal() const;

  int count() const { return PQntuples(result_.get()); }
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string_view text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  // An int8.
  std::int64_t integer(int row, int column) const {
    return read_integer<std::int64_t>(PQgetvalue(result_.get(), row, column));
  }

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

struct Failure {
  Error error;
  std::size_t request = 0;  // which has failed
  // The connection is gone, and with it the answer. It is opened again by the next `open`.
  bool is_lost = false;
  bool is_late = false;  // no answer came in time
};
using Answers = std::expected<std::vector<Rows>, Failure>;

// One connection, opened when it is needed, and again when it is lost: at once the first time, then
// after a pause that doubles up to five seconds, of which a random part is left out so that not all
// processes come back at the same moment. Used by one thread at a time.
class Connection {
 public:
  Connection(Target target, std::chrono::milliseconds answer_timeout);

  // `unavailable` at once while it pauses.
  Result<void> open();
  std::chrono::milliseconds pause() const;  // until `open` tries again
  // How often it was opened: transactions and locks end with a connection.
  std::int64_t number() const { return number_; }
  void close() { handle_.reset(); }
  const Target& target() const { return target_; }

  // All requests in one round trip. Nothing after a failed one is carried out; a transaction that
  // was begun must be rolled back then. The connection must be open.
  Answers exchange(std::span<const Request> requests);

  // The same for what only reads: opens the connection, and asks again if it was lost.
  Result<std::vector<Rows>> ask(std::span<const Request> requests);

  // Some statements at once without parameters, however long they take.
  Result<void> run(const std::string& sql);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  using Deadline = std::chrono::steady_clock::time_point;
  struct Expected;

  std::optional<Failure> send(std::span<const Request> requests, std::vector<Expected>& expected);
  std::optional<Failure> wait(Deadline deadline);
  Answers receive(std::span<const Expected> expected);
  Failure lost();
  void note_failed_open(std::string why);

  Target target_;
  std::chrono::milliseconds answer_timeout_;
  std::unique_ptr<PGconn, Finish> handle_;
  std::int64_t number_ = 0;
  std::map<std::string, std::string, std::less<>> prepared_;  // text → name
  std::int64_t next_name_ = 0;

  int failed_opens_ = 0;
  std::string why_;
  Deadline retry_at_;
  std::minstd_rand random_;
};

}  // namespace oms::postgres
