#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <span>
#include <unordered_map>

#include "ports/broker.h"
#include "ports/store.h"
#include "runtime/replicas.h"

namespace oms::runtime {

inline constexpr std::size_t under_way_max = 1024;  // messages that the broker has not confirmed

// Brings what commits have left in the outbox to the broker. What this process has committed goes
// at once, and again until the broker confirms it. What a process that is gone has left behind is
// found by a look at the outbox now and then. The runtime's thread only, but for `waiting`.
class Relay {
 public:
  using Tell = std::function<void(Published)>;  // any thread: a message to the outbox

  // Without a broker there is nothing to do.
  Relay(Broker* broker, Store& store, Tell tell)
      : broker_(broker), store_(store), tell_(std::move(tell)) {}

  // A commit has put these into the outbox.
  void note(std::span<const Change> changes, Time now);

  // The broker has these, and that is committed, by whomever it was.
  void forget(const Published& published, Time now);

  // Publishes again what was not confirmed, and adopts what lies in this process's share of the
  // outbox and is nobody's any more. Only while the store is free.
  Result<void> sweep(const Share& share, Time now);

  // How many messages this process has in the outbox. Any thread.
  std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

  // When there is something to sweep, at the earliest.
  Duration until_next(Time now, Duration patience) const;

 private:
  struct Sent {
    Record outgoing;
    Time again;     // to be published, if it is not confirmed by then
    int times = 0;  // it was
  };
  bool has_room() const { return under_way_.size() < under_way_max; }
  void send_waiting(Time now);
  void publish(const std::vector<Record>& batch, Time now);
  Result<bool> adopt(std::int64_t partition, Time now);

  Broker* broker_;
  Store& store_;
  Tell tell_;
  Time sweeps_at_{};
  std::int64_t swept_ = 0;                           // the partition to begin with
  std::unordered_map<std::string, Sent> under_way_;  // by id
  std::deque<Record> unsent_;                        // for which there was no room
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace oms::runtime
