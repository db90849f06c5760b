#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/store.h"

namespace oms {

struct PostgresOptions {
  std::string url;  // postgres://USER:PASSWORD@HOST:PORT/DATABASE, with libpq's parameters

  std::size_t readers = 4;                           // connections of a reader
  std::chrono::milliseconds answer_timeout{10'000};  // then a connection is given up
  // How long a commit whose answer was lost is asked for.
  std::chrono::milliseconds resolves_in{10'000};
};

// All records of a home in one PostgreSQL database (or schema), shared by any number of processes.
//
// A commit is one round trip of a thread of its own. Each row that it writes names the version that
// was read, so that commits are serializable among the rows and sums that they name; what others
// have changed meanwhile is a `conflict`. What heals by itself, such as a database that is away or
// full, is `unavailable`: connections are opened again when they are next needed.
class PostgresStore final : public Store {
 public:
  // Makes or migrates the tables. The types must outlive the store.
  static Result<std::unique_ptr<PostgresStore>> open(const PostgresOptions& options,
                                                     std::span<const RecordType* const> types);
  ~PostgresStore() override;

  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override;
  Result<void> commit(std::span<const Change> changes) override;
  void begin_commit(std::span<const Change> changes, std::function<void()> done) override;
  Result<void> finish_commit(const std::function<void()>& next) override;
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override;
  Result<std::optional<Time>> next_due(const RecordType& type) override;
  Result<Page> find(const Query& query) override;

 private:
  struct State;
  explicit PostgresStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace oms
