#pragma once

#include <optional>
#include <span>

#include "ports/store.h"
#include "runtime/id_source.h"
#include "runtime/inbound.h"
#include "runtime/records.h"
#include "services/service.h"

namespace oms::runtime {

// Keeps the list of the processes that share a store.
class ReplicaDesk final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::replicas; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Seating>()}; }
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
};

// Which part of the work is this process's: the wake-ups that lie in the store, with them what
// others have left unsent, and what the broker brings. The partitions are dealt out over all that
// hold a seat; the work of a service that is undivided is all of it one process's.
//
// Two may think that they have the same partition, while a seat changes hands. That is no harm but
// work done twice: versions refuse the second of two commits, and numbers tell what comes twice.
class Share {
 public:
  // A process that has its store to itself has all of it.
  Share() = default;
  // One that shares it has nothing until it holds a seat.
  explicit Share(const Id& process) : process_(process) {}

  // Asks for a seat, or to keep it, when it is time to.
  void collect(Time now, IdSource& ids, std::vector<Inbound>& batch);

  // A commit may have changed the seats. Whether it has renewed ours.
  bool note(std::span<const Change> changes);

  bool has(std::int64_t partition, Time now) const;
  bool has(std::int64_t partition, bool is_undivided, Time now) const;
  bool has(const Key& key, bool is_undivided, Time now) const;
  bool is_whole() const { return !process_; }

 private:
  bool has_all(Time now) const;

  std::optional<Id> process_;  // none: the store is ours alone
  Time asks_again_{};
  std::vector<Seat> seats_;
};

}  // namespace oms::runtime
