#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "ports/clock.h"
#include "ports/store.h"
#include "runtime/batch.h"
#include "runtime/id_source.h"
#include "runtime/inbound.h"
#include "runtime/wake_ups.h"

namespace oms::runtime {

struct RuntimeSettings {
  std::size_t batch_max = 256;  // messages of one commit
  std::size_t lane_max = 4096;  // messages that wait, in each lane; past it the caller is told
  int commit_attempts_max = 5;  // of one batch, when another process won a conflict
  Duration patience{100};       // how long an idle loop sleeps at most
};

// What the world sees of a commit, once it is durable.
struct Committed {
  Time at;
  std::span<const Change> changes;
  std::span<const Message> events;
};

struct RuntimeCounters {
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> messages{0};  // decided, cascades included
  std::atomic<std::uint64_t> rows{0};      // written
  std::atomic<std::uint64_t> dead_letters{0};
  std::atomic<std::uint64_t> wake_ups{0};
  std::atomic<std::uint64_t> refused_full{0};  // turned away because the queue was full
  std::atomic<std::uint64_t> failed_commits{0};
};

// The loop that does all I/O for the services: take what waits as one batch, decide it, commit it
// in one write, and only then answer, publish and start effects. A crash at any point loses
// nothing that was acknowledged.
//
// `offer` may be called from any thread; everything else happens on the thread that calls `run` or
// `step`. There is no artificial wait: a batch is what came while the last one was written.
class Runtime {
 public:
  using StartEffects = std::function<void(std::vector<Effect>)>;
  using Observe = std::function<void(const Committed&)>;

  struct Parts {
    const Services& services;
    Store& store;
    Clock& clock;
    IdSource& ids;
    StartEffects start_effects;
    Observe observe;
  };

  Runtime(Parts parts, const RuntimeSettings& settings);

  // Hands a message in. `respond` is called once: after the commit, or at once with `unavailable`
  // when the lane is full. False then.
  bool offer(Message message, Lane lane, Respond respond = {});

  // Decides and commits one batch, and the wake-ups that are due. Waits for work for at most
  // `patience`. An error means that the store can no longer be trusted: the process must end.
  Result<void> step(Duration patience);

  // Runs `between` every so often, on the loop's thread, with the store idle: backups in slices,
  // checkpoints, housekeeping.
  void set_between_batches(std::function<Result<void>(Time)> between) {
    between_ = std::move(between);
  }

  // Steps until `close` was called and the queue is empty.
  Result<void> run();

  // Refuses new messages; what waits is still decided.
  void close() { queue_.close(); }
  bool is_closed() const { return queue_.is_closed(); }

  const RuntimeCounters& counters() const { return counters_; }
  std::size_t queue_size() const { return queue_.size(); }

 private:
  Result<void> process(std::vector<Inbound>& batch);
  Result<void> attempt(std::span<const Message> messages, std::vector<Inbound>& batch, Time now);
  void publish(Batch& decided, std::span<const Change> changes, std::vector<Inbound>& batch,
               Time now);
  static void refuse(std::vector<Inbound>& batch, const Error& error);

  Parts parts_;
  RuntimeSettings settings_;
  InboundQueue queue_;
  WakeUps wake_ups_;
  Time last_{};
  RuntimeCounters counters_;
  std::function<Result<void>(Time)> between_;
};

}  // namespace oms::runtime
