#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ports/broker.h"

namespace oms::runtime {

inline constexpr std::size_t under_way_max = 1024;  // messages that the broker has not confirmed

// Which message it is, among all that this store has sent.
struct OutgoingKey {
  Id order_id;
  Passage passage;

  friend auto operator<=>(const OutgoingKey&, const OutgoingKey&) = default;
};

struct OutgoingHash {
  std::size_t operator()(const OutgoingKey& key) const noexcept;
};

// Brings what commits have left unsent to the broker: at once, and again until it is confirmed. It
// knows only of what this process has sent since its start; all else is found when its row is due.
// The runtime's thread only, but for `waiting` and what the broker calls back.
class Relay {
 public:
  // Without a broker there is nothing to do.
  explicit Relay(Broker* broker) : broker_(broker) {}

  // These are committed: they may be published.
  void publish(std::vector<Envelope> outgoing, Time now);

  // These were confirmed, and no row holds them any more.
  void forget(std::span<const OutgoingKey> dropped);

  // Notes the broker's confirmations, and publishes again what it has not confirmed for long.
  void sweep(Time now);

  bool is_confirmed(const OutgoingKey& key) const { return confirmed_.contains(key); }
  bool is_under_way(const OutgoingKey& key) const { return under_way_.contains(key); }
  bool has_room() const { return under_way_.size() + unsent_.size() < under_way_max; }

  // How many messages of this process the broker has not confirmed. Any thread.
  std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

  // Orders whose rows still hold what was confirmed seconds ago: nothing else has happened to them
  // that would have written them. At most `max`, each once.
  std::vector<Id> to_tidy(Time now, std::size_t max);

  // When there is something to publish again or to tidy, at the earliest.
  Duration until_next(Time now, Duration patience) const;

 private:
  struct Sent {
    Envelope envelope;
    Time again;     // to be published, if it is not confirmed by then
    int times = 0;  // it was
  };
  // What the broker has confirmed since the last look. It may call when the relay is gone.
  struct Confirmations {
    std::mutex mutex;
    std::vector<OutgoingKey> keys;
  };
  void note_confirmations(Time now);
  void send_waiting(Time now);
  void send(const std::vector<Envelope>& batch, Time now);
  void count();

  Broker* broker_;
  Time sweeps_at_{};
  std::unordered_map<OutgoingKey, Sent, OutgoingHash> under_way_;
  std::unordered_set<OutgoingKey, OutgoingHash> confirmed_;  // and still in their rows
  std::deque<std::pair<Time, OutgoingKey>> to_tidy_;         // those, by when they were confirmed
  std::deque<std::pair<Time, OutgoingKey>> to_forget_;       // then, by the same times
  std::deque<Envelope> unsent_;                              // for which there was no room
  std::shared_ptr<Confirmations> confirmations_ = std::make_shared<Confirmations>();
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace oms::runtime
