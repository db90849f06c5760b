#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "messages/envelope.h"
#include "messages/question.h"
#include "messages/record.h"
#include "ports/commands.h"

namespace oms::runtime {

using oms::Lane;
using oms::Respond;

struct Inbound {
  Message message;
  Respond respond = {};                       // may be empty: nobody waits
  std::unique_ptr<const Envelope> from = {};  // of one that came from a service elsewhere
  bool is_readable = true;                    // if not, only the envelope tells of it
  std::vector<Answer> answers = {};           // to its questions to services elsewhere
  std::int64_t received_ns = 0;               // for its trace, if it came from elsewhere
};

// The bounded queue in front of the batch. Any thread.
class InboundQueue {
 public:
  // Bounds of each lane, in messages.
  explicit InboundQueue(std::size_t lane_max) : lane_max_(lane_max) {}

  // False, and `inbound` untouched, when its lane is full or the queue is closed.
  bool offer(Inbound& inbound, Lane lane);

  // Fills `batch` up to `max` with what waits, urgent ones first. If nothing does, waits for it
  // until `patience` is over or the queue is closed; if the batch is full already, for a nudge
  // only. After a nudge nothing is taken. For one thread at a time.
  void take(std::vector<Inbound>& batch, std::size_t max, Duration patience);

  // Until so many wait or `patience` is over; where somebody waits for an answer, `for_callers` is
  // as long as it takes from now. Ends when the queue is closed or the taker nudged.
  void await_company(std::size_t enough, Duration patience, Duration for_callers);

  // Tells the taker of something else to do, once.
  void nudge();
  bool was_nudged();

  // Refuses what comes from now on. What waits can still be taken.
  void close();

  bool is_closed() const;
  bool is_drained() const;
  std::size_t size() const;

 private:
  std::size_t waiting() const { return urgent_.size() + normal_.size(); }
  static bool is_awaited_by_caller(const Inbound& inbound) {
    return inbound.respond && !inbound.from;
  }

  const std::size_t lane_max_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Inbound> urgent_;
  std::deque<Inbound> normal_;
  std::size_t callers_ = 0;  // who wait for an answer to one of these
  std::size_t enough_ = 0;   // that somebody waits for; 0: nobody does
  bool is_closed_ = false;
  bool is_nudged_ = false;
  bool is_awaited_ = false;  // a `take` waits for a message
};

}  // namespace oms::runtime
