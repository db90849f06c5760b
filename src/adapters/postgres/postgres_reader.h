#pragma once

#include <memory>
#include <span>

#include "adapters/postgres/postgres_store.h"
#include "ports/store.h"

namespace oms {

// Reads what PostgresStores have committed. Any thread: each read takes one of a few connections,
// and waits for one if all are taken.
class PostgresReader final : public Reader {
 public:
  // The tables must be there: a store makes them.
  static Result<std::unique_ptr<PostgresReader>> open(const PostgresOptions& options,
                                                      std::span<const RecordType* const> types);
  ~PostgresReader() override;

  Result<Found> get(const Key& key) override;
  Result<Page> find(const Query& query) override;

 private:
  class Pool;
  explicit PostgresReader(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace oms
