#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "messages/query.h"
#include "messages/record.h"

namespace oms {

// One row of a commit. `expected` is the version that was loaded (0: it must not exist yet).
struct Change {
  Key key;
  Record record;  // none: the record is erased
  std::uint64_t expected = 0;
};

// Keeps records. One per service, or one for all services that share a file.
//
// `load` and `commit` are called from the runtime's thread only. A commit is atomic and durable
// when it returns; when it fails with `conflict` nothing was written and the caller decides again;
// when it fails otherwise it may have happened, and the caller must load before it goes on.
class Store {
 public:
  virtual ~Store() = default;

  // In the order of the keys, which the caller sorts. Absent records come back empty.
  virtual Result<std::vector<Found>> load(std::span<const Key> keys) = 0;

  virtual Result<void> commit(std::span<const Change> changes) = 0;

  // Keys of at most `limit` records of that type that are due, earliest first.
  virtual Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) = 0;

  // When the earliest record of that type is due, if any is.
  virtual Result<std::optional<Time>> next_due(const RecordType& type) = 0;

  virtual Result<Page> find(const Query& query) = 0;
};

// The same records for readers outside the batch: a GET, a list, a page. It sees what was
// committed before the call. Any thread.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<Found> get(const Key& key) = 0;
  virtual Result<Page> find(const Query& query) = 0;
};

}  // namespace oms
