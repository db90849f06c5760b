#pragma once

#include <memory>
#include <span>

#include "adapters/sqlite/sqlite_store.h"
#include "ports/store.h"

namespace oms {

// Reads a file that a SqliteStore of this process has open. Any thread: each read takes one of a
// few read-only connections, and holds it only as long as the read lasts.
class SqliteReader final : public Reader {
 public:
  // Lists by a gathered index need the store; without one they fail.
  static Result<std::unique_ptr<SqliteReader>> open(const SqliteOptions& options,
                                                    std::span<const RecordType* const> types,
                                                    const SqliteStore* store = nullptr);
  ~SqliteReader() override;

  Result<Found> get(const Key& key) override;
  Result<Page> find(const Query& query) override;

 private:
  class Pool;
  explicit SqliteReader(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace oms
