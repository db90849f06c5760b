#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "messages/message.h"
#include "ports/effect_limits.h"
#include "ports/tracer.h"
#include "runtime/meter.h"
#include "services/service.h"

namespace oms::runtime {

struct LaneCounts {
  std::size_t in_flight = 0;
  std::uint64_t dropped = 0;
};

// The effects of one kind: a bounded number in flight, the others in a bounded queue. An effect
// that finds the queue full is dropped: its record is due, and asks again. One that is a retry of
// what still waits or is in flight is dropped, too: one answer will do. What has no answer by its
// deadline is not waited for any more: a payment's outcome is then unknown, a notice has failed.
class EffectLane {
  struct State;

 public:
  // Takes the outcome of one effect, on any thread, also after the lane is gone. Only the first
  // one before the deadline counts.
  class Done {
   public:
    void operator()(Payload outcome) const;

   private:
    friend EffectLane;
    Done(std::shared_ptr<State> state, std::uint64_t number)
        : state_(std::move(state)), number_(number) {}

    std::shared_ptr<State> state_;
    std::uint64_t number_;
  };
  using Start = std::function<void(Effect, Done)>;
  // False: there is no place for it now.
  using Deliver = std::function<bool(const Message&)>;

  // `start` is called on the lane's one thread, which has this name, of at most 15 characters.
  // `deliver` is called where the outcome comes, so that a burst of them costs no switch of threads
  // each; it must not block. What finds no place is offered again on the lane's thread, and
  // meanwhile nothing more is started.
  EffectLane(const char* name, EffectLimits limits, Start start, Deliver deliver,
             Tracer* tracer = nullptr, Meter* meter = nullptr);
  ~EffectLane();
  EffectLane(const EffectLane&) = delete;
  EffectLane& operator=(const EffectLane&) = delete;

  void add(std::vector<Effect> effects);

  // Drops what waits, and starts nothing more.
  void close();
  // Closes, and returns once all that is in flight has an outcome.
  void stop();

  LaneCounts counts() const;

 private:
  void run();

  const Start start_;
  const std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace oms::runtime
