#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ports/store.h"
#include "runtime/batch.h"
#include "runtime/id_source.h"
#include "runtime/inbound.h"
#include "runtime/replicas.h"

namespace oms::runtime {

Message wake_up_for(const Key& key, const Id& id, bool is_restart = false);

// Finds the records whose due time has come. It remembers when the next one of each type is due,
// so that a busy loop asks the store only when there is something to find.
class WakeUps {
 public:
  WakeUps(const Services& services, Store& store);

  // Adds at most `max` wake-ups to `batch` that are due and in our share. At the start also records
  // whose effect the last process may have had in flight, newest first; but not where other
  // processes share the store, for those may still be at it.
  Result<void> collect(Time now, std::size_t max, const Share& share, IdSource& ids,
                       std::vector<Inbound>& batch);

  // A commit may have happened or not: when something is due has to be asked for.
  void look_again();

  // A commit has changed these records: their due times count from now on.
  void note(std::span<const Change> changes);

  // After the batch: a record that is still due at the same time is not woken again for a minute,
  // or one that its service does not understand would keep the loop busy for ever.
  void note_unheeded(std::span<const Inbound> messages, const Batch& batch, Time now);

  // Nobody here can act on this wake-up now: it is not woken again for a minute.
  void put_off(const Message& message, Time now);

  // How long nothing will be due, at most `patience`.
  Duration until_next(Time now, Duration patience) const;

 private:
  struct Watched {
    const RecordType* type;
    std::optional<Time> next;  // no earlier than this; none: nothing is due
    bool is_undivided = false;
  };
  struct Resuming {
    const RecordType* type;
    std::string after = {};
  };
  bool is_resuming() const { return !to_resume_.empty(); }
  Result<void> resume(Time now, std::size_t max, IdSource& ids, std::vector<Inbound>& batch);

  Store& store_;
  std::vector<Resuming> to_resume_;  // at the start
  std::vector<Watched> watched_;
  std::unordered_map<Key, Time> snoozed_;  // wake-ups without effect, until when
};

}  // namespace oms::runtime
