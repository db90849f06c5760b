#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  Record before = {};  // what was loaded, if the caller still has it: avoids a read
};

// Whether records that are loaded are to be kept from others until the next commit, or the next
// load that keeps none. A store with one writer has nobody to keep them from.
enum class Hold { no, yes };

// Keeps records. One per service, or one for all services that share a file. Where several
// processes write to it, a commit names the sums that it changes, too: they must be what they were.
//
// Called from the runtime's thread only. A commit is atomic and durable when it has finished; when
// it fails with `conflict` nothing was written and the caller decides again; when it fails
// otherwise it may have happened, and the caller must load before it goes on.
class Store {
 public:
  virtual ~Store() = default;

  // In the order of the keys, which the caller sorts. Absent records come back empty, and those of
  // a newer schema than their key's type as newer; to change one of these is a conflict.
  virtual Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) = 0;
  Result<std::vector<Found>> load(std::span<const Key> keys) { return load(keys, Hold::no); }

  virtual Result<void> commit(std::span<const Change> changes) = 0;

  // The same in two halves, so that the next batch can be decided while this one is written.
  // Between them the changes stay where they are, and the only call allowed is a `load` of records
  // that the commit does not change. `done` is called once, from any thread, when `finish_commit`
  // need not wait any more. `next` is called on success, before the store updates what it knows of
  // the disk: it may begin the next commit, but must not read. A store that has nothing to gain
  // from this commits at once.
  virtual void begin_commit(std::span<const Change> changes, std::function<void()> done) {
    outcome_ = commit(changes);
    done();
  }
  virtual Result<void> finish_commit(const std::function<void()>& next) {
    auto outcome = std::exchange(outcome_, Result<void>{});
    if (outcome) next();
    return outcome;
  }

  // Keys of at most `limit` records of that type that are due, earliest first.
  virtual Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) = 0;

  // When the earliest record of that type is due, if any is.
  virtual Result<std::optional<Time>> next_due(const RecordType& type) = 0;

  virtual Result<Page> find(const Query& query) = 0;

  // Sees to it that nothing of what was overwritten or erased can be read from the disk, as far as
  // that is the store's to do. Between commits. Errors: `unavailable`, if it is to be tried later.
  virtual Result<void> wipe_freed() { return {}; }

 private:
  Result<void> outcome_;
};

// The same records, but for derived sums, for readers outside the batch: a GET, a list, a page. It
// sees what was committed before the call. A record of a newer version is `unavailable`. Any
// thread.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<Found> get(const Key& key) = 0;
  virtual Result<Page> find(const Query& query) = 0;
};

}  // namespace oms
