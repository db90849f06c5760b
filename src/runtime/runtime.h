#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "ports/broker.h"
#include "ports/clock.h"
#include "ports/peers.h"
#include "ports/store.h"
#include "ports/tracer.h"
#include "runtime/batch.h"
#include "runtime/id_source.h"
#include "runtime/inbound.h"
#include "runtime/questions.h"
#include "runtime/relay.h"
#include "runtime/replicas.h"
#include "runtime/wake_ups.h"

namespace oms::runtime {

struct RuntimeSettings {
  std::size_t batch_max = 256;  // messages of one commit
  std::size_t lane_max = 4096;  // messages that wait, in each lane; past it the caller is told
  int commit_attempts_max = 5;  // of one batch, when another process won a conflict
  std::size_t unconfirmed_max = 100'000;  // messages that wait for a broker; past it the same
  Duration patience{100};                 // how long an idle loop sleeps at most
  // How long a batch waits for company at most, under load; a quarter of it when all is quiet, and
  // half of what it would be once somebody waits for an answer. 0: it never does.
  Duration pace{0};
};

// What observers see of a commit, once it is durable.
struct Committed {
  Time at;
  std::span<const Change> changes;
  std::span<const PublicEvent> events;  // of the records that are followed
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

// The loop that does all I/O for the services: take what waits, decide it, commit it in one write,
// and only then answer, publish and start effects. A crash at any point loses nothing that was
// acknowledged.
//
// While one batch is in flight to the disk the next is open: what comes is decided at once, on top
// of the batch in flight, and is committed when that one is written. If it is not, both are decided
// again. A batch is what came while the last one was written; apart it waits a little for more, as
// a commit costs a database, and a publication a broker, much the same whatever is in it.
//
// `offer` may be called from any thread; everything else happens on the thread that calls `run` or
// `step`.
class Runtime {
 public:
  using StartEffects = std::function<void(std::vector<Effect>)>;
  using Observe = std::function<void(const Committed&)>;
  using IsFollowed = std::function<bool(const RecordType&)>;

  struct Parts {
    const Services& services;
    Store& store;
    Clock& clock;
    IdSource& ids;
    StartEffects start_effects;
    Observe observe;
    IsFollowed is_followed = {};  // the records whose events `observe` is to see; none: all
    Broker* broker = nullptr;     // where some services live elsewhere
    Peers* peers = nullptr;       // the same
    // The name of this process among those that share the store. Then the sums that a batch has
    // changed are checked at its commit, and the wake-ups are dealt out. None: the store is this
    // process's own.
    std::optional<Id> replica = {};
    Tracer* tracer = nullptr;  // null: no spans
    Meter* meter = nullptr;    // null: nothing is measured
  };

  Runtime(Parts parts, const RuntimeSettings& settings);

  // Hands a message in. `respond` is called once: after the commit, or at once with `unavailable`
  // when the lane is full. False then.
  bool offer(Message message, Lane lane, Respond respond = {});

  // Hands in what the broker has brought from a service elsewhere, once and in order. `settle` is
  // called when it is committed, or could not be.
  void receive(const Envelope& envelope, Broker::Settle settle);

  // Finishes the batch in flight if it is written, decides what waits and the wake-ups that are
  // due, and begins to commit it if the store is free. Waits for work for at most `patience`. An
  // error means that the store can no longer be trusted: the process must end. Trouble of the store
  // that may pass is told to those who wait for an answer, and waited out.
  Result<void> step(Duration patience);

  // What else is done with the store, on the loop's thread and while no batch is open or in flight:
  // backups in slices, housekeeping. The loop makes room for it when it `is_due`.
  struct Upkeep {
    std::function<bool(Time)> is_due;
    std::function<Result<void>(Time)> run;
  };
  void set_upkeep(Upkeep upkeep) { upkeep_ = std::move(upkeep); }

  // Steps until `close` was called and all that waited is committed. Whatever it ends with: no
  // commit is under way then.
  Result<void> run();

  // Refuses new messages; what waits is still decided.
  void close() { queue_.close(); }
  bool is_closed() const { return queue_.is_closed(); }

  // Whether something that was taken is not committed yet. For the loop's thread.
  bool is_committing() const { return in_flight_ || open_; }

  const RuntimeCounters& counters() const { return counters_; }
  std::size_t queue_size() const { return queue_.size(); }
  std::size_t unconfirmed() const { return relay_.waiting(); }  // by the broker, of this process's

 private:
  // A batch from its first message until it is published.
  struct Work {
    Batch decided;
    std::vector<Inbound> messages = {};
    std::vector<Change> changes = {};
    Time at = {};
    Time wall = {};
    int attempts = 0;
    std::int64_t commit_begun_ns = 0;
  };

  void await_commit();
  Result<void> keep_up();
  void consume();
  void await_company();
  Result<void> collect(std::vector<Inbound>& messages);
  Result<void> outlast(Result<void> done);
  Result<void> fill(Duration patience);
  Result<void> fill_meanwhile(Duration patience);
  Result<void> decide(std::vector<Inbound> messages);
  Result<void> leave_held_up();
  void begin(const Work* before = nullptr);
  Result<void> finish();
  void follow(const Work& written);
  Result<void> recover(std::unique_ptr<Work> failed, Error error);
  void publish(Work& work);
  static void answer(Work& work);
  void show(const Work& work) const;
  void start_effects(Work& work);
  void trace_decisions(const Work& work) const;
  void trace_sending(const std::vector<Envelope>& outgoing, std::int64_t begin_ns) const;
  std::unique_ptr<Work> new_work(Hold hold = Hold::no);
  std::size_t room(std::size_t max) const;
  std::size_t half_a_batch() const;
  bool enqueue(Inbound inbound, Lane lane);
  bool turn_away(Inbound& inbound);
  Duration until_next(Duration patience) const;
  bool wants_upkeep() const { return upkeep_.is_due && upkeep_.is_due(last_); }
  static void refuse(std::span<Inbound> messages, const Error& error);

  Parts parts_;
  RuntimeSettings settings_;
  InboundQueue queue_;
  WakeUps wake_ups_;
  Relay relay_;
  Share share_;
  std::map<ServiceName, std::vector<std::size_t>> consumed_;  // partitions of the broker
  Time consumes_again_{};  // when to look whether they are still the same
  NumberBlocks numbers_;   // after the last batch that was written
  Time last_{};
  Time rests_until_{};  // from what nobody waits for, while the store is in trouble
  Time paced_from_{};   // the last batch began
  Duration pace_{0};    // and the next is to begin so much later
  RuntimeCounters counters_;
  Upkeep upkeep_;
  std::shared_ptr<OpenQuestions> asked_ = std::make_shared<OpenQuestions>();  // peers, for messages
  std::unique_ptr<Work> in_flight_;  // begun to commit; the queue is nudged when it is written
  std::unique_ptr<Work> open_;       // takes messages
};

}  // namespace oms::runtime
