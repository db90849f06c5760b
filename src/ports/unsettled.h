#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ports/broker.h"

namespace oms {

// What a broker's adapter has handed in and the service has not settled. An envelope that is
// settled with `retry` is kept here and handed in again after a second: the broker sees nothing of
// it.
//
// A hold is the time in which a process consumes a partition. Its settlements count only as long as
// it lasts, since the broker gives the next one positions of its own.
//
// One thread hands in and asks; settlements come from any thread, also when this is gone.
class Unsettled {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t envelopes_max = 1000;
  static constexpr std::size_t bytes_max = std::size_t{16} * 1024 * 1024;
  static constexpr std::chrono::seconds retry_after{1};

  // One message of the broker, which may hold several envelopes.
  struct Delivery {
    std::uint64_t hold = 0;
    std::uint64_t position = 0;
  };

  // `wake` is called, from any thread and not to call back, when there is something to ask for.
  explicit Unsettled(std::function<void()> wake);
  ~Unsettled();

  std::uint64_t begin_hold(Broker::Receive receive);
  // Answers what was not settled, in the order of positions.
  std::vector<Envelope> end_hold(std::uint64_t hold);

  bool has_room() const;
  // Positions rise within a hold.
  void hand_in(const Delivery& delivery, std::vector<Envelope> envelopes);
  // Hands in again what is due; answers when the next is.
  std::optional<Clock::time_point> hand_in_again(Clock::time_point now);

  // The deliveries of lasting holds that were settled whole since the last call.
  std::vector<Delivery> take_settled();
  // The lowest position of the hold that is not settled.
  std::optional<std::uint64_t> lowest(std::uint64_t hold) const;

 private:
  struct State;
  static void settle(const std::shared_ptr<State>& state, const Delivery& delivery,
                     std::size_t place, Disposition disposition);
  static Broker::Settle settler(const std::shared_ptr<State>& state, const Delivery& delivery,
                                std::size_t place);

  std::shared_ptr<State> state_;
};

}  // namespace oms
